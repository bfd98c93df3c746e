/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot information built tag by tag, then with every byte changed and cut at every length. */
#include "boot/test/unit.h"

#include "boot/multiboot2.h"

struct builder {
    uint8_t bytes[4096];
    uint32_t size;
};

static uint8_t *add_tag(struct builder *builder, uint32_t type, uint32_t size)
{
    uint8_t *tag = builder->bytes + builder->size;

    put_u32(tag, type);
    put_u32(tag + 4, size);
    builder->size += (size + 7) / 8 * 8;
    put_u32(builder->bytes, builder->size);
    return tag;
}

static void begin(struct builder *builder)
{
    memset(builder, 0, sizeof(*builder));
    builder->size = 8;
}

static void add_module(struct builder *builder, uint32_t start, uint32_t end, const char *name)
{
    uint8_t *tag = add_tag(builder, 3, 17 + (uint32_t)strlen(name));

    put_u32(tag + 8, start);
    put_u32(tag + 12, end);
    memcpy(tag + 16, name, strlen(name) + 1);
}

static void add_memory(struct builder *builder, const uint64_t (*entries)[3], uint32_t count)
{
    uint8_t *tag = add_tag(builder, 6, 16 + 24 * count);

    put_u32(tag + 8, 24);
    for (uint32_t i = 0; i < count; i++) {
        put_u64(tag + 16 + 24 * i, entries[i][0]);
        put_u64(tag + 24 + 24 * i, entries[i][1]);
        put_u32(tag + 32 + 24 * i, (uint32_t)entries[i][2]);
    }
}

static enum multiboot2_result parse(const struct builder *builder, struct multiboot2 *out)
{
    uint8_t *copy = exact_copy(builder->bytes, builder->size);
    enum multiboot2_result result = multiboot2_parse(copy, builder->size, out);

    free(copy);
    return result;
}

static const uint64_t usual_memory[][3] = {
    {0, 0x9f000, 1},           {0x9f000, 0x1000, 2},
    {0x100000, 0x1ff00000, 1}, {0x10000000, 0x1800, 2}, /* overlaps: reserved wins */
    {UINT64_MAX - 5, 100, 1},
};

static void build_usual(struct builder *builder)
{
    begin(builder);
    add_memory(builder, usual_memory, 5);
    add_module(builder, 0x200000, 0x201234, "init");
    add_module(builder, 0x202000, 0x202001, "manifest");
    memcpy(add_tag(builder, 14, 8 + 20) + 8, "RSD PTR old", 12);
    memcpy(add_tag(builder, 15, 8 + 36) + 8, "RSD PTR new", 12);
    add_tag(builder, 99, 12);
    add_tag(builder, 0, 8);
}

static void test_reads_the_usual(void **state)
{
    struct builder builder;
    struct multiboot2 out;

    (void)state;
    build_usual(&builder);
    assert_int_equal(parse(&builder, &out), MULTIBOOT2_OK);
    assert_int_equal(out.low.count, 1);
    assert_int_equal(out.low.range[0].start, PAGE_SIZE);
    assert_int_equal(out.low.range[0].end, 0x9f000);
    assert_int_equal(out.memory.count, 2);
    assert_int_equal(out.memory.range[0].start, 0x100000);
    assert_int_equal(out.memory.range[0].end, 0x10000000);
    assert_int_equal(out.memory.range[1].start, 0x10002000);
    assert_int_equal(out.memory.range[1].end, 0x20000000);
    assert_int_equal(out.module_count, 2);
    assert_string_equal(out.module[0].name, "init");
    assert_int_equal(out.module[1].bytes.end, 0x202001);
    assert_int_equal(out.rsdp_size, 36);
    assert_memory_equal(out.rsdp, "RSD PTR new", 11);
}

static void test_refuses_every_cut(void **state)
{
    struct builder builder;
    struct multiboot2 out;

    (void)state;
    build_usual(&builder);
    for (uint32_t size = 0; size < builder.size; size++) {
        uint8_t *copy = exact_copy(builder.bytes, size);

        if (size >= 4)
            put_u32(copy, size);
        assert_int_not_equal(multiboot2_parse(copy, size, &out), MULTIBOOT2_OK);
        free(copy);
    }
}

static void test_survives_every_changed_byte(void **state)
{
    struct builder builder;
    struct multiboot2 out;

    (void)state;
    build_usual(&builder);
    for (uint32_t i = 0; i < builder.size; i++) {
        for (uint32_t value = 0; value < 256; value++) {
            struct builder changed = builder;

            changed.bytes[i] = (uint8_t)value;
            if (parse(&changed, &out) == MULTIBOOT2_OK) {
                assert_true(out.memory.count > 0 && out.memory.count <= BOOT_RANGES_MAX);
                assert_true(out.module_count > 0 && out.module_count <= SG_BOOT_MODULES_MAX);
                assert_true(out.memory.range[0].start >= BOOT_MEMORY_START);
            }
        }
    }
}

static enum multiboot2_result parse_with_module(uint32_t start, uint32_t end, const char *name)
{
    struct builder builder;
    struct multiboot2 out;

    begin(&builder);
    add_memory(&builder, usual_memory, 5);
    add_module(&builder, 0x200000, 0x201234, "init");
    add_module(&builder, start, end, name);
    add_tag(&builder, 0, 8);
    return parse(&builder, &out);
}

static void test_refuses_bad_modules(void **state)
{
    (void)state;
    assert_int_equal(parse_with_module(0x28000, 0x28040, "low"), MULTIBOOT2_OK);
    assert_int_equal(parse_with_module(0x300001, 0x301000, "m"), MULTIBOOT2_BAD_MODULE);
    assert_int_equal(parse_with_module(0x300000, 0x300000, "m"), MULTIBOOT2_BAD_MODULE);
    assert_int_equal(parse_with_module(0x301000, 0x300000, "m"), MULTIBOOT2_BAD_MODULE);
    assert_int_equal(parse_with_module(0x201000, 0x202000, "m"), MULTIBOOT2_BAD_MODULE);
    assert_int_equal(parse_with_module(0, 0x1000, "m"), MULTIBOOT2_BAD_MODULE);
    assert_int_equal(parse_with_module(0x300000, 0x301000, ""), MULTIBOOT2_BAD_NAME);
    assert_int_equal(parse_with_module(0x300000, 0x301000, "12345678901234567890123"),
                     MULTIBOOT2_OK);
    assert_int_equal(parse_with_module(0x300000, 0x301000, "123456789012345678901234"),
                     MULTIBOOT2_BAD_NAME);
}

static void test_refuses_what_is_missing(void **state)
{
    struct builder builder;
    struct multiboot2 out;

    (void)state;
    begin(&builder);
    add_memory(&builder, usual_memory, 5);
    add_tag(&builder, 0, 8);
    assert_int_equal(parse(&builder, &out), MULTIBOOT2_NO_MODULES);
    begin(&builder);
    add_memory(&builder, usual_memory, 1);
    add_module(&builder, 0x200000, 0x201000, "init");
    add_tag(&builder, 0, 8);
    assert_int_equal(parse(&builder, &out), MULTIBOOT2_NO_MEMORY);
    begin(&builder);
    for (uint32_t i = 0; i < SG_BOOT_MODULES_MAX + 1; i++)
        add_module(&builder, 0x200000 + 0x1000 * i, 0x201000 + 0x1000 * i, "m");
    add_tag(&builder, 0, 8);
    assert_int_equal(parse(&builder, &out), MULTIBOOT2_MANY_MODULES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_the_usual),
        cmocka_unit_test(test_refuses_every_cut),
        cmocka_unit_test(test_survives_every_changed_byte),
        cmocka_unit_test(test_refuses_bad_modules),
        cmocka_unit_test(test_refuses_what_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
