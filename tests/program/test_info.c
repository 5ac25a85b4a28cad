/* The text about what there is: headings, lines that sources add, failing allocations.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/info.h"
#include "support.h"

static int asked;

static void tell(xp_builder *text)
{
    asked++;
    xp_builder_addf(text, XP_INFO_LINE "%d wires of %s\n", "abacus", 7, "brass");
}

static void tell_nothing(xp_builder *text) { (void)text; }

CHECKED_TEST(info, sources_add_lines_under_their_headings)
{
    xp_info_tell(XP_INFO_PLUGINS, tell_nothing);
    xp_info_tell(XP_INFO_PLUGINS, tell);
    xp_info_tell(XP_INFO_PLUGINS, tell); /* once */
    char *text = xp_info_text();
    cr_assert_eq(asked, 1);
    cr_assert(text && strstr(text, "\n  abacus           7 wires of brass\n"), "%s", text);
    xp_text_free(text);
    xp_text_free(NULL);
}

CHECKED_TEST(info, no_allocation_may_fail_unnoticed)
{
    xp_text_free(xp_info_text()); /* opens what is opened once */
    XP_TEST_EVERY_ALLOCATION(round)
    {
        xp_try attempt = xp_try_open();
        char *texts[] = {xp_info_text(), xp_coverage_text(xp_device("host"))};
        bool whole = texts[0] && texts[1];
        xp_text_free(texts[0]);
        xp_text_free(texts[1]);
        cr_expect(whole || xp_test_fault_fired(), "round %lld", round);
        cr_expect_eq(xp_try_close(attempt, NULL), whole ? XP_OK : XP_ERROR_MEMORY, "round %lld", round);
    }
}
