/* Opening the CUDA plug-in in a test: on the doubles of CUDA's libraries, or on the real ones.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_CUDA_PLUGIN_H
#define TESTS_CUDA_PLUGIN_H

#include "fake_cuda/control.h"
#include "providers/device/runtime.h"

/* The plug-in's table, on the libraries in a folder; NULL: where they usually are. Skips the test where the plug-in was
 * not built. Once in a process, as each test is one. */
const runtime *cuda_plugin_on(const char *libraries);

/* On the doubles, with `fake` set to what controls them. Skips the test where the plug-in was not built. */
const runtime *cuda_plugin_on_doubles(const fake_control **fake);

const char *cuda_doubles_folder(void); /* skips the test where the plug-in was not built */

/* The plug-in's entry by itself. */
runtime_entry *cuda_plugin_entry(void);

#endif
