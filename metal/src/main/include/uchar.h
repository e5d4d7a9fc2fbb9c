// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>
typedef uint16_t char16_t;
typedef uint32_t char32_t;
