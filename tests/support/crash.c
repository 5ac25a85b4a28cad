/* Says what a test died of: the strict array that was touched, and the functions that led there.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* sigaltstack */

#include "support.h"

#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The first function of the interface, innermost first: backtrace_symbols_fd() is safe here once backtrace() has been
 * called before. Names of exported functions only; test programs are linked with their symbols exported. */
static void on_bad_access(int number, siginfo_t *information, void *context)
{
    (void)context;
    char text[256];
    void *frames[64];
    if (xp_test_explain_address(information->si_addr, text, sizeof text)) {
        (void)!write(STDERR_FILENO, "bad access: ", 12);
        (void)!write(STDERR_FILENO, text, strlen(text));
        (void)!write(STDERR_FILENO, "\n", 1);
    }
    int count = backtrace(frames, 64);
    backtrace_symbols_fd(frames, count, STDERR_FILENO);
    signal(number, SIG_DFL);
    raise(number);
}

void support_report_crashes(void)
{
    static char stack[64 * 1024];
    void *frame[1];
    backtrace(frame, 1); /* loads what it needs now, not in the handler */
    const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_bad_access;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}
