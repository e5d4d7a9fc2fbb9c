// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The PC: its start, its memory map, clocks, interrupts and serial port.
// Source: Multiboot Specification 0.6.96; Intel 8253, 8259A and 16550 data sheets; Intel's manual of
// the processor.
#if defined(__i386__)
#include "metal.h"

// ---- Serial port: the first one, 115,200 baud --------------------------------------------------

enum { SERIAL = 0x3F8 };

static void tulle_startSerial(void) {
    tulle_out8(SERIAL + 3, 0x80); // the divisor shows
    tulle_out8(SERIAL, 1);
    tulle_out8(SERIAL + 1, 0);
    tulle_out8(SERIAL + 3, 3); // 8 bits
    tulle_out8(SERIAL + 2, 7); // queues on and empty
}

void tulle_serial(uint8_t octet) {
    while ((tulle_in8(SERIAL + 5) & 0x20) == 0) {
    }
    tulle_out8(SERIAL, octet);
}

void tulle_exit(int32_t code) {
    static const char words[] = "tulle: stopped with code ";
    tulle_sayAll(words, sizeof(words) - 1);
    tulle_sayNumber(code);
    tulle_sayAll("\n", 1);
    for (;;) {
        __asm__ volatile("cli; hlt");
    }
}

// ---- Interrupts and faults ---------------------------------------------------------------------

enum { FIRST = 0x20, LINES = 16, PIC = 0x20, PIC_HIGH = 0xA0 };

extern char interrupt_low[], interrupt_high[], fault_divide[], fault_page[], fault_other[];

static _Alignas(8) uint32_t tulle_gates[2 * (FIRST + LINES)];
static uint32_t tulle_lines = ~(1u << 0 | 1u << 2); // masked: all but the timer and the second controller

static void tulle_gate(int number, const char* handler) {
    tulle_gates[2 * number] = 8u << 16 | ((uint32_t) handler & 0xFFFF);
    tulle_gates[2 * number + 1] = ((uint32_t) handler & 0xFFFF0000) | 0x8E00;
}

static void tulle_startInterrupts(void) {
    for (int i = 0; i < FIRST; i++) {
        tulle_gate(i, fault_other);
    }
    tulle_gate(0, fault_divide);
    tulle_gate(14, fault_page);
    for (int i = 0; i < LINES; i++) {
        tulle_gate(FIRST + i, i < 8 ? interrupt_low : interrupt_high);
    }
    struct __attribute__((packed)) {
        uint16_t limit;
        void* base;
    } table = {sizeof(tulle_gates) - 1, tulle_gates};
    __asm__ volatile("lidt %0" : : "m"(table));
    tulle_out8(PIC, 0x11); // from the beginning: where its vectors are, who is below, how to end one
    tulle_out8(PIC_HIGH, 0x11);
    tulle_out8(PIC + 1, FIRST);
    tulle_out8(PIC_HIGH + 1, FIRST + 8);
    tulle_out8(PIC + 1, 4);
    tulle_out8(PIC_HIGH + 1, 2);
    tulle_out8(PIC + 1, 1);
    tulle_out8(PIC_HIGH + 1, 1);
    tulle_listen(0);
}

void tulle_listen(int32_t line) {
    tulle_lines &= ~(1u << line);
    tulle_out8(PIC + 1, (int32_t) tulle_lines);
    tulle_out8(PIC_HIGH + 1, (int32_t) (tulle_lines >> 8));
}

// Called by i586.S. The state of the program is unknown: it ends.
__attribute__((used)) void tulle_fault(int number) {
    if (number == 0) {
        TULLE_FAIL("tulle: internal error: a division by zero\n");
    } else if (number == 14) {
        TULLE_FAIL("tulle: internal error: a null reference\n");
    }
    TULLE_FAIL("tulle: internal error: a fault of the processor\n");
}

// ---- Pages -------------------------------------------------------------------------------------

static _Alignas(4096) uint32_t tulle_directory[1024];
static _Alignas(4096) uint32_t tulle_firstTable[1024];

// All memory where it is, in pages of 4 MB; only the first 4 MB in small ones, to leave out what is
// below the image: null references, and a stack that grows too far, which restarts the machine.
static void tulle_startPaging(void) {
    for (uint32_t i = 1; i < 1024; i++) {
        tulle_directory[i] = i << 22 | 0x83; // present, may be written, large
        tulle_firstTable[i] = i >= (uint32_t) image_begin >> 12 ? i << 12 | 3 : 0;
    }
    tulle_directory[0] = (uint32_t) tulle_firstTable | 3;
    __asm__ volatile(
        "movl %%cr4, %%eax\n\t orl $0x10, %%eax\n\t movl %%eax, %%cr4\n\t" // large pages
        "movl %0, %%cr3\n\t"
        "movl %%cr0, %%eax\n\t orl $0x80000000, %%eax\n\t movl %%eax, %%cr0"
        : : "r"(tulle_directory) : "eax", "memory");
}

// ---- Time --------------------------------------------------------------------------------------

enum { PIT = 0x40, PIT_HZ = 1193182, SHIFT = 27 };

static uint64_t tulle_begun;
static uint32_t tulle_scale; // 2^27 nanoseconds for each tick of the processor's counter

static inline uint64_t tulle_ticks(void) {
    uint64_t ticks;
    __asm__ volatile("rdtsc" : "=A"(ticks));
    return ticks;
}

static uint32_t tulle_pitCount(void) {
    tulle_out8(PIT + 3, 0x80); // hold channel 2 for reading
    uint32_t low = (uint32_t) tulle_in8(PIT + 2);
    return low | (uint32_t) tulle_in8(PIT + 2) << 8;
}

// Both counters at the same moment, as near as the best of some attempts comes.
static uint64_t tulle_bothCounts(uint32_t* pit) {
    uint64_t best = 0;
    uint32_t least = UINT32_MAX;
    for (int i = 0; i < 20; i++) {
        uint64_t before = tulle_ticks();
        uint32_t count = tulle_pitCount();
        uint32_t took = (uint32_t) (tulle_ticks() - before);
        if (took < least) {
            least = took;
            best = before + took / 2;
            *pit = count;
        }
    }
    return best;
}

static void tulle_startClock(void) {
    tulle_out8(0x61, (tulle_in8(0x61) & ~2) | 1); // channel 2 counts, the speaker is silent
    tulle_out8(PIT + 3, 0xB0);
    tulle_out8(PIT + 2, 0xFF);
    tulle_out8(PIT + 2, 0xFF);
    uint32_t first, last;
    uint64_t begun = tulle_bothCounts(&first);
    while (tulle_pitCount() > 20000) { // for 38 ms
    }
    uint64_t ended = tulle_bothCounts(&last);
    uint64_t hertz = (ended - begun) * PIT_HZ / (first - last);
    tulle_scale = (uint32_t) ((INT64_C(1000000000) << SHIFT) / hertz);
    tulle_begun = ended;
}

int64_t tulle_monotonicNs(void) {
    uint64_t ticks = tulle_ticks() - tulle_begun;
    uint64_t high = (ticks >> 32) * tulle_scale;
    return (int64_t) ((high << (32 - SHIFT)) + ((uint64_t) (uint32_t) ticks * tulle_scale >> SHIFT));
}

void tulle_halt(int64_t ns) {
    if (ns >= 0) {
        // A tick is 838 ns, the counter has 16 bits.
        uint32_t ticks = ns >= 54000000 ? 65000 : (uint32_t) ns / 838 + 1;
        tulle_out8(PIT + 3, 0x30); // channel 0: interrupt once, at zero
        tulle_out8(PIT, (int32_t) ticks);
        tulle_out8(PIT, (int32_t) (ticks >> 8));
    }
    // An interrupt is not let through between the two: none is slept through.
    __asm__ volatile("sti; hlt; cli" : : : "memory");
}

// ---- Randomness --------------------------------------------------------------------------------

int32_t tulle_jitter(void) {
    uint64_t begun = tulle_ticks();
    (void) tulle_pitCount(); // a device on another clock
    return (int32_t) (tulle_ticks() - begun);
}

int64_t tulle_processorRandom(void) {
    uint32_t leaf = 1, b, features, d;
    __asm__("cpuid" : "+a"(leaf), "=b"(b), "=c"(features), "=d"(d));
    if ((features >> 30 & 1) != 0) {
        for (int i = 0; i < 100; i++) {
            uint32_t value;
            uint8_t good;
            // rdrand %eax, which an assembler for i586 does not know
            __asm__ volatile(".byte 0x0F, 0xC7, 0xF0; setc %1" : "=a"(value), "=qm"(good) : : "cc");
            if (good) {
                return value;
            }
        }
    }
    return -1;
}

// ---- Start -------------------------------------------------------------------------------------

// What the loader hands over: Multiboot 3.3.
typedef struct {
    uint32_t flags, lowerKb, upperKb, device, line, modules, moduleList, symbols[4], mapLength, map;
} Multiboot;

typedef struct __attribute__((packed)) {
    uint32_t size; // of what follows
    uint64_t begin, length;
    uint32_t type; // 1 is memory
} MemoryPiece;

static void tulle_offerPiece(uint64_t begin, uint64_t end) {
    uint32_t low = begin < (uint32_t) image_end ? (uint32_t) image_end : (uint32_t) begin;
    tulle_offerMemory(low, end > UINT32_MAX ? UINT32_MAX & ~15u : (uint32_t) end);
}

static void tulle_findMemory(const Multiboot* given) {
    if ((given->flags & 1 << 6) != 0) {
        uint32_t end = given->map + given->mapLength;
        for (uint32_t at = given->map; at < end;) {
            const MemoryPiece* piece = (const MemoryPiece*) at;
            if (piece->type == 1) {
                tulle_offerPiece(piece->begin, piece->begin + piece->length);
            }
            at += piece->size + 4;
        }
    } else if ((given->flags & 1) != 0) {
        tulle_offerPiece(0, given->lowerKb << 10);
        tulle_offerPiece(1 << 20, (1 << 20) + ((uint64_t) given->upperKb << 10));
    }
    memset(tulle_heap, 0, tulle_heapRoom);
}

// Generated.
extern void tulle_main(TeaVM_Array* arguments);

// Called by i586.S.
__attribute__((used)) void tulle_start(uint32_t magic, const Multiboot* given) {
    tulle_startSerial();
    tulle_startInterrupts();
    if (magic != 0x2BADB002) {
        TULLE_FAIL("tulle: the loader is not one for Multiboot\n");
    }
    if ((given->flags & 1 << 2) != 0) {
        tulle_keepLine((const char*) given->line);
    }
    tulle_findMemory(given);
    tulle_startPaging();
    tulle_startClock();
    tulle_main(NULL);
    tulle_exit(0);
}
#endif
