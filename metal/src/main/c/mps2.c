// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Arm's board MPS2 with a Cortex-M3: its start, faults, clocks, interrupts and serial port.
// Source: Arm, Application Note AN385; Cortex-M System Design Kit; ARMv7-M Architecture Reference
// Manual, B1 and B3.
#if defined(__ARM_ARCH_7M__)
#include "metal.h"

enum {
    CLOCK = 0x40000000, // a timer that is never stopped
    ALARM = 0x40001000, // and one that ends a wait
    SERIAL = 0x40004000,
    ALARM_LINE = 9,
    TICK_NS = 40, // 25 MHz
    RAM_END = 0x20400000,
    LINE = 0x003FF000, // the last page of the code's memory holds the words for the program
};

// ---- Serial port -------------------------------------------------------------------------------

static void tulle_startSerial(void) {
    tulle_write32(SERIAL + 16, 217); // 115,200 baud
    tulle_write32(SERIAL + 8, 1);
}

void tulle_serial(uint8_t octet) {
    while ((tulle_read32(SERIAL + 4) & 1) != 0) {
    }
    tulle_write32(SERIAL, octet);
}

void tulle_exit(int32_t code) {
    static const char words[] = "tulle: stopped with code ";
    tulle_sayAll(words, sizeof(words) - 1);
    tulle_sayNumber(code);
    tulle_sayAll("\n", 1);
    tulle_write32((int32_t) 0xE000E180, -1); // no line is heard any more
    for (;;) {
        __asm__ volatile("wfi");
    }
}

// ---- Faults ------------------------------------------------------------------------------------

// The state of the program is unknown: it ends.
__attribute__((used)) static void tulle_fault(void) {
    uint32_t why = (uint32_t) tulle_read32((int32_t) 0xE000ED28);
    if ((why & 0xFF) != 0) {
        TULLE_FAIL("tulle: internal error: a null reference\n");
    } else if ((why & 1u << 25) != 0) {
        TULLE_FAIL("tulle: internal error: a division by zero\n");
    }
    TULLE_FAIL("tulle: internal error: a fault of the processor\n");
}

// No access to the first 4 KB, where null references lead; the rest is as without protection.
static void tulle_startFaults(void) {
    tulle_write32((int32_t) 0xE000ED14, tulle_read32((int32_t) 0xE000ED14) | 1 << 4); // divisions
    tulle_write32((int32_t) 0xE000ED98, 0);
    tulle_write32((int32_t) 0xE000ED9C, 0);
    tulle_write32((int32_t) 0xE000EDA0, 1 << 28 | 11 << 1 | 1); // never executed, 2^(11 + 1), on
    tulle_write32((int32_t) 0xE000ED94, 5);
    __asm__ volatile("dsb; isb" : : : "memory");
}

// ---- Time --------------------------------------------------------------------------------------

static uint64_t tulle_ticks;
static uint32_t tulle_lastTick;

static void tulle_startClock(void) {
    tulle_write32(CLOCK + 8, -1);
    tulle_write32(CLOCK + 4, -1);
    tulle_write32(CLOCK, 1);
    tulle_lastTick = ~(uint32_t) tulle_read32(CLOCK + 4);
}

// It counts down from 2^32 within 171 s, and tulle_halt lets this be called more often.
int64_t tulle_monotonicNs(void) {
    uint32_t now = ~(uint32_t) tulle_read32(CLOCK + 4);
    tulle_ticks += now - tulle_lastTick;
    tulle_lastTick = now;
    return (int64_t) (tulle_ticks * TICK_NS);
}

void tulle_listen(int32_t line) {
    tulle_write32((int32_t) 0xE000E100, 1 << line);
}

// Interrupts are never taken: that one is pending ends the wait.
void tulle_halt(int64_t ns) {
    uint32_t ticks = ns < 0 || ns > INT64_C(60000000000) ? 1500000000 : (uint32_t) ((uint64_t) ns / TICK_NS) + 1;
    tulle_write32(ALARM + 8, (int32_t) ticks);
    tulle_write32(ALARM + 4, (int32_t) ticks);
    tulle_write32(ALARM, 9); // it runs and interrupts
    __asm__ volatile("dsb; wfi" : : : "memory");
    tulle_write32(ALARM, 0);
    tulle_write32(ALARM + 12, 1);
    tulle_write32((int32_t) 0xE000E280, -1); // what is still raised is pending again
}

// ---- Randomness --------------------------------------------------------------------------------

// A tick is long: so many reads that their times spread over many ticks.
int32_t tulle_jitter(void) {
    int32_t begun = tulle_read32(CLOCK + 4);
    for (int i = 0; i < 2048; i++) {
        (void) tulle_read32(ALARM + 4);
    }
    return begun - tulle_read32(CLOCK + 4); // it counts down
}

int64_t tulle_processorRandom(void) {
    return -1;
}

// ---- Start -------------------------------------------------------------------------------------

// Of the linker's script.
extern char data_begin[], data_end[], data_from[], bss_begin[], bss_end[];

// Generated.
extern void tulle_main(TeaVM_Array* arguments);

__attribute__((used)) void tulle_start(void) {
    __asm__ volatile("cpsid i");
    memcpy(data_begin, data_from, (uint32_t) (data_end - data_begin));
    memset(bss_begin, 0, (uint32_t) (bss_end - bss_begin));
    tulle_startSerial();
    tulle_startFaults();
    tulle_startClock();
    tulle_listen(ALARM_LINE);
    tulle_keepLine((const char*) LINE);
    tulle_offerMemory((uintptr_t) image_end, RAM_END);
    memset(tulle_heap, 0, tulle_heapRoom);
    tulle_main(NULL);
    tulle_exit(0);
}

// Where the processor finds its stack, its start, and what to do on faults.
__attribute__((used, section(".vectors"))) static void* const tulle_vectors[] = {
    stack_end, tulle_start, tulle_fault, tulle_fault, tulle_fault, tulle_fault, tulle_fault,
};
#endif
