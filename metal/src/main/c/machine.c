// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What all machines without an operating system share: memory as gcc wants it moved, words on the
// serial port, the line that the loader was given, the files in the image.
#include "metal.h"

// ---- What gcc calls ----------------------------------------------------------------------------

// It may put calls to these anywhere, after it has decided what the program needs: hence "used". They
// must not become calls to themselves.
#define TULLE_OF_GCC \
    __attribute__((used, optimize("no-tree-loop-distribute-patterns")))

#if defined(__i386__)
TULLE_OF_GCC void* memcpy(void* to, const void* from, size_t count) {
    void* at = to;
    size_t words = count >> 2;
    __asm__ volatile("rep movsl" : "+D"(at), "+S"(from), "+c"(words) : : "memory");
    count &= 3;
    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(count) : : "memory");
    return to;
}

TULLE_OF_GCC void* memset(void* to, int value, size_t count) {
    void* at = to;
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(count) : "a"(value) : "memory");
    return to;
}
#else
TULLE_OF_GCC void* memcpy(void* to, const void* from, size_t count) {
    uint8_t* at = to;
    const uint8_t* octets = from;
    if ((((uintptr_t) at | (uintptr_t) octets) & 3) == 0) {
        for (; count >= 4; count -= 4, at += 4, octets += 4) {
            *(uint32_t*) at = *(const uint32_t*) octets;
        }
    }
    while (count-- > 0) {
        *at++ = *octets++;
    }
    return to;
}

TULLE_OF_GCC void* memset(void* to, int value, size_t count) {
    for (uint8_t* at = to; count > 0; count--) {
        *at++ = (uint8_t) value;
    }
    return to;
}
#endif

TULLE_OF_GCC void* memmove(void* to, const void* from, size_t count) {
    if ((uintptr_t) to - (uintptr_t) from >= count) {
        return memcpy(to, from, count); // which goes upwards
    }
    while (count-- > 0) {
        ((uint8_t*) to)[count] = ((const uint8_t*) from)[count];
    }
    return to;
}

TULLE_OF_GCC int memcmp(const void* a, const void* b, size_t count) {
    const uint8_t* x = a;
    const uint8_t* y = b;
    for (; count > 0; count--, x++, y++) {
        if (*x != *y) {
            return *x - *y;
        }
    }
    return 0;
}

// ---- Ports of 32 bits in memory ----------------------------------------------------------------

void tulle_fromPort(int32_t address, void* to, int32_t at, int32_t count) {
    uint8_t* octets = tulle_range(to, at, count);
    for (; count > 0; count -= 4, octets += 4) {
        int32_t word = tulle_read32(address);
        memcpy(octets, &word, count < 4 ? (uint32_t) count : 4);
    }
}

void tulle_toPort(int32_t address, void* from, int32_t at, int32_t count) {
    const uint8_t* octets = tulle_range(from, at, count);
    for (; count > 0; count -= 4, octets += 4) {
        int32_t word = 0;
        memcpy(&word, octets, count < 4 ? (uint32_t) count : 4);
        tulle_write32(address, word);
    }
}

// ---- Words -------------------------------------------------------------------------------------

static void tulle_sayAll(const char* text, uint32_t octets) {
    for (uint32_t i = 0; i < octets; i++) {
        if (text[i] == '\n') {
            tulle_serial('\r');
        }
        tulle_serial((uint8_t) text[i]);
    }
}

void tulle_sayOctets(void* from, int32_t at, int32_t count) {
    tulle_sayAll((char*) tulle_range(from, at, count), (uint32_t) count);
}

void tulle_putOctets(void* from, int32_t at, int32_t count) {
    const uint8_t* octets = tulle_range(from, at, count);
    for (int32_t i = 0; i < count; i++) {
        tulle_serial(octets[i]);
    }
}

void tulle_sayString(void* string) {
    TeaVM_Array* characters = ((TeaVM_String*) string)->characters;
    for (int32_t i = 0; i < TEAVM_ARRAY_LENGTH(characters); i++) {
        char octet = (char) TEAVM_ARRAY_AT(characters, char16_t, i);
        tulle_sayAll(&octet, 1);
    }
}

void tulle_sayNumber(int32_t value) {
    char digits[10];
    uint32_t rest = (uint32_t) value;
    uint32_t at = sizeof(digits);
    do {
        digits[--at] = (char) ('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    tulle_sayAll(digits + at, sizeof(digits) - at);
}

void tulle_sayBits(int64_t value) {
    for (int shift = 60; shift >= 0; shift -= 4) {
        tulle_serial((uint8_t) "0123456789abcdef"[value >> shift & 15]);
    }
}

void tulle_fail(const char* sentence, uint32_t octets) {
    tulle_sayAll(sentence, octets);
    tulle_exit(70);
}

// ---- The loader's line -------------------------------------------------------------------------

static char tulle_line[256];
static int32_t tulle_lineLength;

// Takes the line over, because what is behind it will be the heap's.
static void tulle_keepLine(const char* line) {
    while (tulle_lineLength < (int32_t) sizeof(tulle_line) && line[tulle_lineLength] != 0) {
        tulle_line[tulle_lineLength] = line[tulle_lineLength];
        tulle_lineLength++;
    }
}

int32_t tulle_argumentsLength(void) {
    return tulle_lineLength;
}

void tulle_arguments(void* to) {
    memcpy(tulle_range(to, 0, tulle_lineLength), tulle_line, (uint32_t) tulle_lineLength);
}

// ---- Files and memory --------------------------------------------------------------------------

// Of the linker's script.
extern char files_begin[], image_begin[], image_end[], stack_begin[], stack_end[];

// The archive says itself how long it is, and the build made it.
void tulle_readFiles(int32_t from, void* to, int32_t at, int32_t count) {
    memcpy(tulle_range(to, at, count), files_begin + from, (uint32_t) count);
}

// What the program takes of memory that can be written, its stack included; on a PC that is all of it.
int32_t tulle_imageOctets(void) {
    return image_end - image_begin;
}

// Offers memory for the heap: the largest piece that is offered becomes it.
static void tulle_offerMemory(uintptr_t begin, uintptr_t end) {
    begin = (begin + 15) & ~(uintptr_t) 15;
    if (end > begin && end - begin > tulle_heapRoom) {
        tulle_heap = (char*) begin;
        tulle_heapRoom = end - begin;
    }
}
