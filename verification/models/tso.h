/* SPDX-License-Identifier: BSD-2-Clause */
/* x86-TSO: the stores of a CPU wait in a FIFO of its own and reach memory when they like. A load sees
   the CPU's own latest store first; a fence, and every locked instruction, waits until the FIFO is
   empty. Define CPUS, VARIABLES and BUFFER (places of a FIFO), then include; a process that loads
   needs a `byte place`, which is 0 between two loads. */

typedef fifo {
    byte variable[BUFFER];
    byte value[BUFFER];
    byte length
}

byte memory[VARIABLES];
fifo buffer[CPUS];

inline STORE(cpu, variable_, value_)
{
    atomic {
        buffer[cpu].length < BUFFER ->
        buffer[cpu].variable[buffer[cpu].length] = variable_;
        buffer[cpu].value[buffer[cpu].length] = value_;
        buffer[cpu].length++
    }
}

inline LOAD(cpu, variable_, into)
{
    d_step {
        into = memory[variable_];
        do
        :: place < buffer[cpu].length ->
            if
            :: buffer[cpu].variable[place] == variable_ -> into = buffer[cpu].value[place]
            :: else
            fi;
            place++
        :: else -> break
        od;
        place = 0
    }
}

#define FENCE(cpu) buffer[cpu].length == 0

active [CPUS] proctype store_buffer()
{
    byte place;

end:
    do
    :: d_step {
        buffer[_pid].length > 0 ->
        memory[buffer[_pid].variable[0]] = buffer[_pid].value[0];
        buffer[_pid].length--;
        do
        :: place < buffer[_pid].length ->
            buffer[_pid].variable[place] = buffer[_pid].variable[place + 1];
            buffer[_pid].value[place] = buffer[_pid].value[place + 1];
            place++
        :: else -> break
        od;
        buffer[_pid].variable[place] = 0;
        buffer[_pid].value[place] = 0;
        place = 0
       }
    od
}
