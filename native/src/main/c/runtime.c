// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// A program's heap, its failures, and memory moved in bulk: all that stays of a Java runtime where
// nothing is collected, locked or reflected upon. The same wherever it runs; what it stands on says
// how a program starts, complains and ends (posix/start.c, or metal).
#include "tulle.h"

// ---- Failures ----------------------------------------------------------------------------------

TulleTry* tulle_tries;

TULLE_NEVER_RETURNS void tulle_throw(void* exception) {
    (void) exception;
    if (tulle_tries == NULL) {
        TULLE_FAIL("tulle: internal error: an exception that nobody handles\n");
    }
    __builtin_longjmp(tulle_tries->buffer, 1);
}

void* teavm_catchException() {
    return NULL;
}

void teavm_throwArrayIndexOutOfBoundsException() {
    tulle_throw(NULL);
}

void teavm_throwNullPointerException() {
    tulle_throw(NULL);
}

void* teavm_throwClassCastException() {
    tulle_throw(NULL);
}

// ---- The heap ----------------------------------------------------------------------------------

#ifdef TULLE_HEAP_OCTETS
// Pages that nothing was allocated in, or that nobody wrote to, take no memory.
static _Alignas(16) char tulle_heap[TULLE_HEAP_OCTETS];
#define TULLE_HEAP_ROOM sizeof(tulle_heap)
#else
// The machine's free memory, which the start finds and makes zero.
char* tulle_heap;
uint32_t tulle_heapRoom;
#define TULLE_HEAP_ROOM tulle_heapRoom
#endif
static uint32_t tulle_used;

// Says how much more the next object takes; what would have come after it, nobody knows.
static TULLE_NEVER_RETURNS void tulle_heapFull(uint64_t lacking) {
    static char sentence[] = "tulle: out of memory, octets that the heap lacks at least:           \n";
    char* digit = sentence + sizeof(sentence) - 2;
    for (uint32_t rest = lacking > UINT32_MAX ? UINT32_MAX : (uint32_t) lacking; rest != 0; rest /= 10) {
        *--digit = (char) ('0' + rest % 10);
    }
    tulle_fail(sentence, sizeof(sentence) - 1);
}

static void* tulle_take(uint64_t octets) {
    octets = (octets + 7) & ~(uint64_t) 7;
    if (octets > TULLE_HEAP_ROOM - tulle_used) {
        tulle_heapFull(octets - (TULLE_HEAP_ROOM - tulle_used));
    }
    void* object = tulle_heap + tulle_used;
    tulle_used += (uint32_t) octets;
    return object;
}

void* tulle_allocate(int32_t octets) {
    return tulle_take((uint32_t) octets);
}

// Octets of an item in an array: flag 2 is RuntimeClass.PRIMITIVE, and all else are references.
static uint32_t tulle_itemSize(TeaVM_Class* items) {
    return (items->flags & 2) != 0 ? (uint32_t) items->size : sizeof(void*);
}

void* tulle_allocateArray(void* class, int32_t length) {
    if (length < 0) {
        tulle_throw(NULL);
    }
    TeaVM_Class* items = ((TeaVM_Class*) class)->itemType;
    uint32_t size = tulle_itemSize(items);
    uint32_t header = (sizeof(TeaVM_Array) + size - 1) / size * size;
    TeaVM_Array* array = tulle_take(header + (uint64_t) size * (uint32_t) length);
    array->parent.header = TEAVM_PACK_CLASS(class);
    array->size = length;
    return array;
}

int32_t tulle_heapUsed(void) {
    return (int32_t) tulle_used;
}

// ---- Array literals ----------------------------------------------------------------------------------

#define TULLE_FILL(name, type, promoted) \
    void* name(void* array, ...) { \
        type* items = TEAVM_ARRAY_DATA(array, type); \
        __builtin_va_list values; \
        __builtin_va_start(values, array); \
        for (int32_t i = 0; i < TEAVM_ARRAY_LENGTH(array); ++i) { \
            items[i] = (type) __builtin_va_arg(values, promoted); \
        } \
        __builtin_va_end(values); \
        return array; \
    }

TULLE_FILL(teavm_fillArray, void*, void*)
TULLE_FILL(teavm_fillBooleanArray, int8_t, int)
TULLE_FILL(teavm_fillByteArray, int8_t, int)
TULLE_FILL(teavm_fillShortArray, int16_t, int)
TULLE_FILL(teavm_fillCharArray, char16_t, int)
TULLE_FILL(teavm_fillIntArray, int32_t, int)
TULLE_FILL(teavm_fillLongArray, int64_t, int64_t)

// ---- Memory in bulk ----------------------------------------------------------------------------

// References are copied to any array of references: like a store into one, this does not look at
// what they refer to. Other items are only copied to their like.
void tulle_copy(void* from, int32_t at, void* to, int32_t toAt, int32_t count) {
    TeaVM_Class* items = TEAVM_CLASS_OF(from)->itemType;
    TeaVM_Class* others = TEAVM_CLASS_OF(to)->itemType;
    if ((at | toAt | count) < 0 || count > TEAVM_ARRAY_LENGTH(from) - at
            || count > TEAVM_ARRAY_LENGTH(to) - toAt
            || (items != others && ((items->flags | others->flags) & 2) != 0)) {
        tulle_throw(NULL);
    }
    size_t size = tulle_itemSize(items);
    size_t header = (sizeof(TeaVM_Array) + size - 1) / size * size;
    memmove((char*) to + header + toAt * size, (char*) from + header + at * size, count * size);
}

void tulle_zero(void* array, int32_t at, int32_t count) {
    memset(tulle_range(array, at, count), 0, count);
}

int32_t tulle_equal(void* a, int32_t i, void* b, int32_t j, int32_t count) {
    return memcmp(tulle_range(a, i, count), tulle_range(b, j, count), count) == 0;
}

// Adds words with end-around carry: the add-with-carry instruction is what C has no word for, and
// makes this one instruction for each word.
#if defined(__x86_64__)
typedef uint64_t tulle_word;
static inline tulle_word tulle_addEight(tulle_word sum, const uint8_t* words) {
    __asm__("addq (%1), %0\n\tadcq 8(%1), %0\n\tadcq 16(%1), %0\n\tadcq 24(%1), %0\n\t"
            "adcq 32(%1), %0\n\tadcq 40(%1), %0\n\tadcq 48(%1), %0\n\tadcq 56(%1), %0\n\tadcq $0, %0"
            : "+r"(sum)
            : "r"(words), "m"(*(const uint8_t(*)[64]) words)
            : "cc");
    return sum;
}
#elif defined(__i386__)
typedef uint32_t tulle_word;
static inline tulle_word tulle_addEight(tulle_word sum, const uint8_t* words) {
    __asm__("addl (%1), %0\n\tadcl 4(%1), %0\n\tadcl 8(%1), %0\n\tadcl 12(%1), %0\n\t"
            "adcl 16(%1), %0\n\tadcl 20(%1), %0\n\tadcl 24(%1), %0\n\tadcl 28(%1), %0\n\tadcl $0, %0"
            : "+r"(sum)
            : "r"(words), "m"(*(const uint8_t(*)[32]) words)
            : "cc");
    return sum;
}
#endif

// The one's-complement sum does not care for the order of octets until its end (RFC 1071 2(B)), so
// words are added as they lie in memory.
int32_t tulle_sum(void* array, int32_t at, int32_t count) {
    const uint8_t* octets = tulle_range(array, at, count);
    uint64_t sum = 0;
#if defined(__x86_64__) || defined(__i386__)
    tulle_word words = 0;
    for (; count >= 8 * (int32_t) sizeof(words); count -= 8 * sizeof(words)) {
        words = tulle_addEight(words, octets);
        octets += 8 * sizeof(words);
    }
    sum = ((uint64_t) words >> 32) + (uint32_t) words;
#endif
    for (; count >= 4; octets += 4, count -= 4) {
        uint32_t word;
        memcpy(&word, octets, 4);
        sum += word;
    }
    if (count >= 2) {
        uint16_t word;
        memcpy(&word, octets, 2);
        sum += word;
        octets += 2;
        count -= 2;
    }
    if (count != 0) {
        sum += *octets;
    }
    sum = (sum >> 32) + (uint32_t) sum;
    sum = (sum >> 32) + (uint32_t) sum;
    uint32_t folded = ((uint32_t) sum >> 16) + (uint16_t) sum;
    folded = (folded >> 16) + (uint16_t) folded;
    return __builtin_bswap16((uint16_t) folded);
}
