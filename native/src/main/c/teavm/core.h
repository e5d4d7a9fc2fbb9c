// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// What objects look like, in place of TeaVM's file of the same name. The layout is TeaVM's, because
// the C that it generates fills it in; what differs is that a class is found by its address alone (the
// program is linked at a fixed place below 2 GB) and that a failed check does not return.
#pragma once
#include <stdint.h>
#include <uchar.h>
#include <math.h>
#include <stdlib.h>
#include "definitions.h"
#include "memory.h"

typedef struct TeaVM_Object {
    int32_t header;
    int32_t hash;
} TeaVM_Object;

typedef struct TeaVM_Array {
    TeaVM_Object parent;
    int32_t size;
} TeaVM_Array;

// What is left of a class: TeaVM's other fields serve reflection and its collector, and the build
// takes their initialisers out (Slimming). A class is no object: nobody locks it or asks its name.
typedef struct TeaVM_Class {
    int32_t size;
    int32_t flags;
    int32_t tag;
    struct TeaVM_Class* itemType;
} TeaVM_Class;

typedef struct TeaVM_String {
    TeaVM_Object parent;
    TeaVM_Array* characters;
    int32_t hashCode;
} TeaVM_String;

#define TEAVM_PACK_CLASS(cls) ((int32_t) (uintptr_t) (cls))
#define TEAVM_UNPACK_CLASS(cls) ((TeaVM_Class*) (uintptr_t) (uint32_t) (cls))
#define TEAVM_CLASS_OF(obj) (TEAVM_UNPACK_CLASS(((TeaVM_Object*) (obj))->header))
#define TEAVM_AS(ptr, type) ((type*) (ptr))
#define TEAVM_VERIFY(ptr) ptr
#define TEAVM_VTABLE(obj, type) (TEAVM_AS(TEAVM_CLASS_OF(obj), type))
#define TEAVM_METHOD(obj, type, method) (TEAVM_VTABLE(obj, type)->method)
#define TEAVM_FIELD(ptr, type, name) (TEAVM_AS(ptr, type)->name)
#define TEAVM_ALIGN(addr, alignment) \
    ((void*) (((uintptr_t) (addr) + ((alignment) - 1)) / (alignment) * (alignment)))
#define TEAVM_ARRAY_LENGTH(array) (((TeaVM_Array*) (array))->size)

// Items start behind the header at a multiple of their size: known at compile time, because objects
// are aligned to 8.
#define TEAVM_ARRAY_DATA(array, type) \
    ((type*) ((char*) (array) + (sizeof(TeaVM_Array) + sizeof(type) - 1) / sizeof(type) * sizeof(type)))
#define TEAVM_ARRAY_DATAN(array, type) (array != NULL ? TEAVM_ARRAY_DATA(array, type) : NULL)
#define TEAVM_ARRAY_AT(array, type, index) (((type*) TEAVM_ARRAY_DATA(array, type))[index])
#define TEAVM_ADDRESS_ADD(address, offset) ((char*) (address) + (offset))
#define TEAVM_STRUCTURE_ADD(structure, address, offset) (((structure*) (address)) + offset)

#define TEAVM_TO_BYTE(i) ((int32_t) (int8_t) (i))
#define TEAVM_TO_SHORT(i) ((int32_t) (int16_t) (i))
#define TEAVM_TO_CHAR(i) ((char16_t) (i))

// Nobody locks: one thread owns everything.
#define TEAVM_PACK_MONITOR(ref) ((void) (ref), 0)
#define TEAVM_UNPACK_MONITOR(ref) NULL

#define TULLE_NEVER_RETURNS __attribute__((noreturn, cold))

TULLE_NEVER_RETURNS extern void* teavm_throwClassCastException();
TULLE_NEVER_RETURNS extern void teavm_throwNullPointerException();
TULLE_NEVER_RETURNS extern void teavm_throwArrayIndexOutOfBoundsException();

static inline int32_t teavm_compare_i32(int32_t a, int32_t b) {
    return (a > b) - (a < b);
}
static inline int32_t teavm_compare_u32(uint32_t a, uint32_t b) {
    return (a > b) - (a < b);
}
static inline int32_t teavm_compare_i64(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}
static inline int32_t teavm_compare_u64(uint64_t a, uint64_t b) {
    return (a > b) - (a < b);
}
static inline int32_t teavm_compare_float(float a, float b) {
    return a < b ? -1 : a == b ? 0 : 1;
}
static inline int32_t teavm_compare_double(double a, double b) {
    return a < b ? -1 : a == b ? 0 : 1;
}

static inline int32_t teavm_instanceof(void* obj, int32_t (*cls)(TeaVM_Class*)) {
    return obj != NULL && cls(TEAVM_CLASS_OF(obj));
}
static inline void* teavm_checkcast(void* obj, int32_t (*cls)(TeaVM_Class*)) {
    return obj == NULL || cls(TEAVM_CLASS_OF(obj)) ? obj : teavm_throwClassCastException();
}

static inline int64_t teavm_reinterpretDoubleToLong(double v) {
    union { int64_t longValue; double doubleValue; } conv = { .doubleValue = v };
    return conv.longValue;
}
static inline double teavm_reinterpretLongToDouble(int64_t v) {
    union { int64_t longValue; double doubleValue; } conv = { .longValue = v };
    return conv.doubleValue;
}

extern void* teavm_fillArray(void* array, ...);
extern void* teavm_fillBooleanArray(void* array, ...);
extern void* teavm_fillByteArray(void* array, ...);
extern void* teavm_fillShortArray(void* array, ...);
extern void* teavm_fillCharArray(void* array, ...);
extern void* teavm_fillIntArray(void* array, ...);
extern void* teavm_fillLongArray(void* array, ...);
