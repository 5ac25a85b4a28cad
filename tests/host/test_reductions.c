/* Random reductions of values of random programs: against a plain evaluation in extended precision, and the same bits
 * for every instruction set, number of threads and block length, and whatever else the program computes.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "reduced.h"

/* ---- the same bits ----------------------------------------------------------------------------------------------- */

static void check_bits(sample *s, sample_random *random, uint64_t seed)
{
    size_t bytes, again;
    host_settings settings = {.isa = host_isa_present(), .threads = 1};
    sample_run(s, &settings);
    char *first = sample_outputs(s, &bytes);
    for (int i = 0; i < 6; i++) {
        static const int threads[] = {1, 2, 3, 8};
        settings.isa = (xp_isa)sample_below(random, host_isa_present() + 1);
        settings.threads = threads[sample_below(random, 4)];
        settings.block_bytes = sample_chance(random, 50) ? 0 : 128 << sample_below(random, 7);
        settings.cache_bytes = i % 2;
        sample_run(s, &settings);
        char *now = sample_outputs(s, &again);
        cr_assert(memcmp(now, first, bytes) == 0, "seed %llu: other bits for isa %d, %d threads, blocks of %lld",
                  (unsigned long long)seed, (int)settings.isa, settings.threads, (long long)settings.block_bytes);
        free(now);
    }
    free(first);
}

/* Each output by itself has the bits that it has among the others. */
static void check_alone(sample *s, uint64_t seed)
{
    size_t bytes, each;
    host_settings settings = {.isa = host_isa_present(), .threads = 1};
    sample_run(s, &settings);
    int n = s->program.n_outputs;
    xp_output outputs[XP_PROGRAM_OUTPUTS];
    xp_operand operands[XP_PROGRAM_OUTPUTS];
    char *together[XP_PROGRAM_OUTPUTS];
    memcpy(outputs, s->program.outputs, sizeof outputs);
    memcpy(operands, s->operands.outputs, sizeof operands);
    s->program.n_outputs = 1;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < n; i++) {
            s->program.outputs[0] = outputs[i];
            s->operands.outputs[0] = operands[i];
            if (round == 0) {
                together[i] = sample_outputs(s, &bytes);
                continue;
            }
            sample_run(s, &settings);
            char *alone = sample_outputs(s, &each);
            cr_assert(memcmp(together[i], alone, each) == 0, "seed %llu: output %d (%s) has other bits alone",
                      (unsigned long long)seed, i, outputs[i].reduction ? outputs[i].reduction->name : "stored");
            free(alone);
            free(together[i]);
        }
    s->program.n_outputs = n;
    memcpy(s->program.outputs, outputs, sizeof outputs);
    memcpy(s->operands.outputs, operands, sizeof operands);
}

Test(host_reductions, random_programs)
{
    static sample s;
    for (uint64_t seed = 0; seed < 300; seed++) {
        sample_random random = {seed * 104729 + 1};
        reduced_make(&s, &random, seed % 10 == 0 ? 60000 : 6000);
        host_settings settings = {.isa = (xp_isa)(seed % (uint64_t)(host_isa_present() + 1)), .threads = 1};
        sample_run(&s, &settings);
        reduced_check(&s, settings.isa, seed);
        check_bits(&s, &random, seed);
        check_alone(&s, seed);
        sample_free(&s);
    }
}
