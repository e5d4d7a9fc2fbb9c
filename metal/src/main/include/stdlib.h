// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>
extern void free(void* memory); // nobody calls it
