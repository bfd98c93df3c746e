/* SPDX-License-Identifier: BSD-2-Clause */
/* A level line is masked in hardware from its interrupt to its acknowledgement. An edge would be lost
   that way, so an edge line stays open: its first interrupt while it is not armed is remembered, and
   only then is it masked, for more edges say nothing new. What is remembered is raised again when the
   line is unmasked: at most one interrupt until acknowledged, and none lost. */
#include "arch/x86_64/ioapic.h"

#include "arch/arch.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/x86.h"

#define SELECT 0x00u
#define WINDOW 0x10u
#define REGISTER_VERSION 1u
#define REGISTER_PIN(pin) (0x10u + 2 * (pin))

#define PIN_ACTIVE_LOW (1u << 13)
#define PIN_LEVEL (1u << 15)
#define PIN_MASKED (1u << 16)

struct route {
    void *registers; /* NULL: no controller has this pin */
    uint32_t pin;    /* of that controller */
    uint32_t line;   /* as arch_irq_open named it */
    uint32_t entry;  /* what its pin is programmed with, but for the mask */
    bool is_open;
    bool is_armed;
    bool is_pending; /* edge: came while not armed */
};

static struct route routes[LINES_MAX];
static const struct acpi_isa_line *isa;
static uint32_t target_id;

static void write(void *registers, uint32_t index, uint32_t value)
{
    x86_device_write(registers, SELECT, index);
    x86_device_write(registers, WINDOW, value);
}

static void set_mask(const struct route *route, uint32_t mask)
{
    write(route->registers, REGISTER_PIN(route->pin), route->entry | mask);
}

static BOOT_CODE void add_controller(void *registers, uint32_t first_line)
{
    x86_device_write(registers, SELECT, REGISTER_VERSION);
    uint32_t pins = (x86_device_read(registers, WINDOW) >> 16 & 0xff) + 1;

    for (uint32_t pin = 0; pin < pins && first_line + pin < LINES_MAX; pin++) {
        routes[first_line + pin] = (struct route){.registers = registers, .pin = pin};
        set_mask(&routes[first_line + pin], PIN_MASKED);
    }
}

BOOT_CODE void ioapic_init(const struct acpi_interrupts *interrupts, void *const *registers,
                           uint32_t cpu_id)
{
    target_id = cpu_id;
    isa = interrupts->isa;
    for (uint32_t i = 0; i < interrupts->ioapic_count; i++)
        if (interrupts->ioapic[i].first_line < LINES_MAX)
            add_controller(registers[i], interrupts->ioapic[i].first_line);
}

/* The number of the pin behind a line, or LINES_MAX. */
static uint32_t find_pin(uint32_t line)
{
    uint32_t pin = line < ACPI_ISA_LINES ? isa[line].line : line;

    return pin < LINES_MAX && routes[pin].registers != NULL ? pin : LINES_MAX;
}

/* The pin of a line that is open. */
static struct route *open_route(uint32_t line)
{
    uint32_t pin = find_pin(line);

    ASSERT(pin < LINES_MAX && routes[pin].is_open && routes[pin].line == line);
    return &routes[pin];
}

/* How the pin is to be programmed; for an ISA line the firmware's word on its wiring goes first. */
static uint32_t pin_mode(uint32_t line, enum sg_irq_trigger trigger)
{
    bool is_level = trigger != SG_IRQ_EDGE;
    bool is_low = trigger == SG_IRQ_LEVEL_LOW;

    if (line < ACPI_ISA_LINES) {
        if (isa[line].trigger != ACPI_TRIGGER_AS_BUS)
            is_level = isa[line].trigger == ACPI_LEVEL;
        if (isa[line].polarity != ACPI_AS_BUS)
            is_low = isa[line].polarity == ACPI_ACTIVE_LOW;
    }
    return (is_level ? PIN_LEVEL : 0) | (is_low ? PIN_ACTIVE_LOW : 0);
}

enum sg_status arch_irq_open(uint32_t line, enum sg_irq_trigger trigger)
{
    uint32_t pin = find_pin(line);

    if (pin == LINES_MAX)
        return SG_BAD_ARGUMENT;
    struct route *route = &routes[pin];
    if (route->is_open)
        return SG_BUSY;
    route->line = line;
    route->entry = (VECTOR_LINES + pin) | pin_mode(line, trigger);
    route->is_armed = false;
    route->is_pending = false;
    route->is_open = true;
    write(route->registers, REGISTER_PIN(route->pin) + 1, target_id << 24);
    set_mask(route, PIN_MASKED);
    return SG_OK;
}

void arch_irq_close(uint32_t line)
{
    struct route *route = open_route(line);

    set_mask(route, PIN_MASKED);
    route->is_open = false;
}

void arch_irq_mask(uint32_t line)
{
    struct route *route = open_route(line);

    route->is_armed = false;
    if (route->entry & PIN_LEVEL)
        set_mask(route, PIN_MASKED);
}

void arch_irq_unmask(uint32_t line)
{
    struct route *route = open_route(line);

    route->is_armed = true;
    set_mask(route, 0);
    if (route->is_pending) {
        route->is_pending = false;
        apic_send(target_id, VECTOR_LINES + (uint32_t)(route - routes));
    }
}

uint32_t arch_irq_arrived(uint32_t pin)
{
    struct route *route = &routes[pin];
    bool was_armed = route->is_armed;
    bool is_edge = !(route->entry & PIN_LEVEL);

    if (LIKELY(route->is_open)) {
        route->is_armed = false;
        route->is_pending = is_edge && !was_armed;
        if (!is_edge || !was_armed)
            set_mask(route, PIN_MASKED);
    }
    apic_end_of_interrupt();
    return LIKELY(route->is_open && was_armed) ? route->line : UINT32_MAX;
}
