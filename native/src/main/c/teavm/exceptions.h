// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Exceptions without tables, in place of TeaVM's file of the same name. Each `try` that is being
// executed is linked to the one around it, and a throw goes to the innermost, whatever its `catch`
// names: Tulle's only handlers are the last resort of each packet, which catch everything. The build
// refuses a catch clause that asks for a particular class (NativeBuild). Without a handler the
// program ends.
#pragma once
#include "core.h"
#include <stdint.h>
#include <stddef.h>

typedef struct TulleTry {
    void* buffer[5];
    struct TulleTry* previous;
} TulleTry;

extern TulleTry* tulle_tries;

#define TEAVM_UNREACHABLE __builtin_unreachable();

#define TEAVM_RESTORE_JUMP_BUFFER (tulle_tries = tulle_tries->previous)

#define TEAVM_TRY \
    do { \
        TulleTry tulle_try; \
        tulle_try.previous = tulle_tries; \
        tulle_tries = &tulle_try; \
        if (__builtin_setjmp(tulle_try.buffer) == 0) {

// The handlers of one function are numbered, and a try has the numbers from its own depth on. Trying
// them in turn finds the first one of this try; gcc sees through the loop.
#define TEAVM_CATCH \
            TEAVM_RESTORE_JUMP_BUFFER; \
        } else { \
            TEAVM_RESTORE_JUMP_BUFFER; \
            for (int tulle_again = 1, tulle_handler = 0; tulle_again; ) { \
                tulle_again = 0; \
                switch (++tulle_handler) {

#define TEAVM_END_TRY \
                    default: \
                        tulle_again = 1; \
                        break; \
                } \
            } \
        } \
    } while (0);

// Reading through a null pointer faults, and the fault ends the program with a sentence (runtime.c):
// a check before each access would say the same at the cost of one fifth of the text.
#define teavm_nullCheck(object) (object)

__attribute__((always_inline)) static inline int32_t teavm_checkBounds(int32_t index, void* array) {
    if (__builtin_expect((uint32_t) index >= (uint32_t) TEAVM_ARRAY_LENGTH(array), 0)) {
        teavm_throwArrayIndexOutOfBoundsException();
    }
    return index;
}

__attribute__((always_inline)) static inline int32_t teavm_checkLowerBound(int32_t index) {
    if (__builtin_expect(index < 0, 0)) {
        teavm_throwArrayIndexOutOfBoundsException();
    }
    return index;
}

__attribute__((always_inline)) static inline int32_t teavm_checkUpperBound(int32_t index, void* array) {
    if (__builtin_expect(index >= TEAVM_ARRAY_LENGTH(array), 0)) {
        teavm_throwArrayIndexOutOfBoundsException();
    }
    return index;
}

extern void* teavm_catchException();
