// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What Tulle's Java calls in C: memory access with its bounds checks, and the system (posix.c).
#pragma once
#include <string.h>
#include "runtime.h"

// ---- Failures ----------------------------------------------------------------------------------

// Says a sentence, which a literal is, and ends the program.
TULLE_NEVER_RETURNS extern void tulle_fail(const char* sentence, uint32_t octets);
#define TULLE_FAIL(sentence) tulle_fail(sentence, sizeof(sentence) - 1)

// ---- Memory: behind dev.tulle.wire.Bytes -------------------------------------------------------

// The address of `count` octets at `at`, which must lie inside the array.
__attribute__((always_inline)) static inline uint8_t* tulle_at(void* array, int32_t at, int32_t count) {
    int32_t length = TEAVM_ARRAY_LENGTH(array);
    if (__builtin_expect(at < 0 || at > length - count, 0)) {
        teavm_throwArrayIndexOutOfBoundsException();
    }
    return (uint8_t*) TEAVM_ARRAY_DATA(array, int8_t) + at;
}

// A range whose length is a variable: nothing may overflow.
static inline uint8_t* tulle_range(void* array, int32_t at, int32_t count) {
    int32_t length = TEAVM_ARRAY_LENGTH(array);
    if (__builtin_expect((at | count) < 0 || count > length - at, 0)) {
        teavm_throwArrayIndexOutOfBoundsException();
    }
    return (uint8_t*) TEAVM_ARRAY_DATA(array, int8_t) + at;
}

static inline int32_t tulle_u8(void* array, int32_t at) {
    return *tulle_at(array, at, 1);
}

static inline int32_t tulle_u16(void* array, int32_t at) {
    uint16_t value;
    memcpy(&value, tulle_at(array, at, 2), 2);
    return __builtin_bswap16(value);
}

static inline int32_t tulle_i32(void* array, int32_t at) {
    uint32_t value;
    memcpy(&value, tulle_at(array, at, 4), 4);
    return (int32_t) __builtin_bswap32(value);
}

static inline int64_t tulle_i64(void* array, int32_t at) {
    uint64_t value;
    memcpy(&value, tulle_at(array, at, 8), 8);
    return (int64_t) __builtin_bswap64(value);
}

static inline void tulle_put8(void* array, int32_t at, int32_t value) {
    *tulle_at(array, at, 1) = (uint8_t) value;
}

static inline void tulle_put16(void* array, int32_t at, int32_t value) {
    uint16_t swapped = __builtin_bswap16((uint16_t) value);
    memcpy(tulle_at(array, at, 2), &swapped, 2);
}

static inline void tulle_put32(void* array, int32_t at, int32_t value) {
    uint32_t swapped = __builtin_bswap32((uint32_t) value);
    memcpy(tulle_at(array, at, 4), &swapped, 4);
}

static inline void tulle_put64(void* array, int32_t at, int64_t value) {
    uint64_t swapped = __builtin_bswap64((uint64_t) value);
    memcpy(tulle_at(array, at, 8), &swapped, 8);
}

extern void tulle_zero(void* array, int32_t at, int32_t count);
extern int32_t tulle_equal(void* a, int32_t i, void* b, int32_t j, int32_t count);
extern int32_t tulle_sum(void* array, int32_t at, int32_t count);

// System.arraycopy.
extern void tulle_copy(void* from, int32_t at, void* to, int32_t toAt, int32_t count);

// ---- The system: behind dev.tulle.posix ---------------------------------------------------------

// Failures are negative error numbers of the system (-errno), except where noted.
extern int32_t tulle_argumentCount(void);
extern int32_t tulle_argumentLength(int32_t index);
extern void tulle_argument(int32_t index, void* to);

extern int64_t tulle_monotonicNs(void);
extern int64_t tulle_unixTimeNs(void);
extern int64_t tulle_entropy(void);

extern int32_t tulle_openTap(void* name);
extern int32_t tulle_openMergingTap(void* name);
extern int64_t tulle_openThreadedTap(void* name);
extern void tulle_switchThread(int32_t threadSwitch, int32_t on);
extern int32_t tulle_openInterface(void* name);
extern int32_t tulle_openSender(void* name);
extern void tulle_hear(int32_t link, void* name, void* octets, int32_t at);
extern int32_t tulle_frameBytes(void* name);
extern int32_t tulle_receive(int32_t link, void* to, int32_t at, int32_t count);
extern int32_t tulle_send(int32_t link, void* from, int32_t at, int32_t count);

extern void tulle_catchSignals(void);
extern int32_t tulle_stopRequested(void);
extern void tulle_wait(int32_t link, int32_t secondLink, int32_t input, int64_t ns);

// Many files to wait for as one, and the socket at which a program is asked how it is.
extern int32_t tulle_gather(int32_t set, int32_t file, int32_t events);
extern int32_t tulle_openControl(void* path);
extern int32_t tulle_accept(int32_t control);
extern int32_t tulle_tell(int32_t client, void* from, int32_t at, int32_t count);
extern void tulle_removeControl(void);
extern int32_t tulle_ask(void* path, void* to);

extern int32_t tulle_inputReady(void);
extern int32_t tulle_readInput(void* to, int32_t at, int32_t count);
extern int32_t tulle_writeAll(int32_t file, void* from, int32_t at, int32_t count);
extern int32_t tulle_writeText(int32_t file, void* string);
extern int32_t tulle_terminal(int32_t file);
extern void tulle_exit(int32_t code);

// A status is three longs: kind as in dev.tulle.apps.FileStatus, octets, seconds.
extern int32_t tulle_look(void* path, int32_t length, void* status);
extern int32_t tulle_open(void* path, int32_t length, void* status);
extern int32_t tulle_readAt(int32_t file, int64_t offset, void* to, int32_t at, int32_t count);
extern int32_t tulle_openDirectory(void* path, int32_t length);
extern int32_t tulle_nextName(int32_t directory, void* to, int32_t at, int32_t count);
extern int32_t tulle_create(void* path, int32_t length);
extern int32_t tulle_createInPlace(void* path, int32_t length);
extern int32_t tulle_commit(int32_t file);
extern void tulle_discard(int32_t file);
extern void tulle_close(int32_t file);

// Which of the reasons in dev.tulle.posix.Posix a failure has.
extern int32_t tulle_error(int32_t result);
