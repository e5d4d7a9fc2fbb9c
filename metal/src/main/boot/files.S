// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The files of the image: an archive that the build made of a folder.

    .section .files, "a"
    .balign 4
    .incbin TULLE_FILES
