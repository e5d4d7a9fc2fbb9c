// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Memory without a collector, in place of TeaVM's file of the same name: the heap is one static
// array, and an allocation moves a mark. Nothing is ever given back, because a program of Tulle
// allocates while it assembles its stack and never after.
#pragma once
#include <stdint.h>

// Objects, zeroed. What does not fit ends the program with a sentence that says so.
extern void* tulle_allocate(int32_t octets);
extern void* tulle_allocateArray(void* itemsClass, int32_t length);
extern int32_t tulle_heapUsed(void);

// Nothing moves and nothing is traced.
#define teavm_gc_writeBarrier(object) ((void) 0)
#define teavm_registerStaticGcRoots(roots, count) ((void) 0)
