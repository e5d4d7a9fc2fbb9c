// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// No shadow stack, in place of TeaVM's file of the same name. TeaVM keeps a second stack for its
// collector to find roots in and for exceptions to find handlers in. Without a collector there are no
// roots; handlers find each other (exceptions.h); nobody prints stack traces. So each call's
// bookkeeping is nothing.
#pragma once
#include <stdint.h>
#include <uchar.h>
#include "string.h"

#define TEAVM_ALLOC_STACK(size) ((void) 0)
#define TEAVM_RELEASE_STACK ((void) 0)
#define TEAVM_GC_ROOT(index, object) ((void) 0)
#define TEAVM_GC_ROOT_RELEASE(index) ((void) 0)
#define TEAVM_CALL_SITE(id) ((void) 0)
#define TEAVM_WITH_CALL_SITE_ID(id, expression) (expression)
