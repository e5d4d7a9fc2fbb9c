// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The little of the C library's headers that generated C asks for: the functions are in machine.c.
#pragma once
#include <stddef.h>
extern void* memcpy(void* to, const void* from, size_t count);
extern void* memmove(void* to, const void* from, size_t count);
extern void* memset(void* to, int value, size_t count);
extern int memcmp(const void* a, const void* b, size_t count);
