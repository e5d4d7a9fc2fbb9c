// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What Tulle's Java calls where there is no operating system (dev.tulle.metal): the machine's
// registers, its clock, its serial port, the files in its image. machine.c has what all machines
// share, a file for each processor the rest.
#pragma once
#include "tulle.h"

// Of runtime.c: where objects are made.
extern char* tulle_heap;
extern uint32_t tulle_heapRoom;

// ---- All machines ------------------------------------------------------------------------------

extern int32_t tulle_argumentsLength(void);
extern void tulle_arguments(void* to);
extern void tulle_sayOctets(void* from, int32_t at, int32_t count);
extern void tulle_putOctets(void* from, int32_t at, int32_t count);
extern void tulle_sayString(void* string);
extern void tulle_sayNumber(int32_t value);
extern void tulle_sayBits(int64_t value);
extern void tulle_readFiles(int32_t from, void* to, int32_t at, int32_t count);
extern int32_t tulle_imageOctets(void);

// Where an array's octets are, for devices: nothing ever moves.
static inline int32_t tulle_addressOf(void* array) {
    return (int32_t) (uintptr_t) TEAVM_ARRAY_DATA(array, int8_t);
}

// Devices read and write memory, too: nothing is moved across these.
static inline int32_t tulle_read32(int32_t address) {
    int32_t value = *(volatile int32_t*) (uintptr_t) (uint32_t) address;
    __asm__ volatile("" : : : "memory");
    return value;
}

static inline void tulle_write32(int32_t address, int32_t value) {
    __asm__ volatile("" : : : "memory");
    *(volatile int32_t*) (uintptr_t) (uint32_t) address = value;
}

// Octets out of and into a port for words of 32 bits, the last word filled up.
extern void tulle_fromPort(int32_t address, void* to, int32_t at, int32_t count);
extern void tulle_toPort(int32_t address, void* from, int32_t at, int32_t count);

// ---- Each processor ----------------------------------------------------------------------------

// One octet to the serial port.
extern void tulle_serial(uint8_t octet);

extern int64_t tulle_monotonicNs(void);

// A clock's lowest bits, read after something whose time varies.
extern int32_t tulle_jitter(void);

// 32 bits of the processor's own randomness, or a negative number where it has none.
extern int64_t tulle_processorRandom(void);

// Lets interrupts of a line end tulle_halt.
extern void tulle_listen(int32_t line);

// Halts the processor until an interrupt, or for about `ns`, but not for long; negative is for ever.
extern void tulle_halt(int64_t ns);

// Stops the machine.
TULLE_NEVER_RETURNS extern void tulle_exit(int32_t code);

// ---- Ports of the PC ---------------------------------------------------------------------------

#if defined(__i386__)
#define TULLE_PORT(bits) \
    static inline int32_t tulle_in##bits(int32_t port) { \
        uint##bits##_t value; \
        __asm__ volatile("in %w1, %0" : "=a"(value) : "Nd"(port)); \
        return (int32_t) value; \
    } \
    static inline void tulle_out##bits(int32_t port, int32_t value) { \
        __asm__ volatile("out %0, %w1" : : "a"((uint##bits##_t) value), "Nd"(port)); \
    }

TULLE_PORT(8)
TULLE_PORT(16)
TULLE_PORT(32)

// Words of 16 bits, `count` octets in all, which is even.
static inline void tulle_inWords(int32_t port, void* to, int32_t at, int32_t count) {
    uint8_t* octets = tulle_range(to, at, count);
    int32_t words = count >> 1;
    __asm__ volatile("rep insw" : "+D"(octets), "+c"(words) : "d"(port) : "memory");
}

static inline void tulle_outWords(int32_t port, void* from, int32_t at, int32_t count) {
    uint8_t* octets = tulle_range(from, at, count);
    int32_t words = count >> 1;
    __asm__ volatile("rep outsw" : "+S"(octets), "+c"(words) : "d"(port) : "memory");
}
#endif
