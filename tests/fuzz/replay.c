/* Runs a fuzzer over the inputs that are kept, with any compiler: what was mended stays mended.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <dirent.h>

#include "fuzz.h"

static void replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    fuzz_check(file != NULL, path);
    static uint8_t data[1 << 20];
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    /* memory of the size itself, so that a sanitizer sees what reads past its end */
    uint8_t *exact = malloc(size + !size);
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

/* Each argument is a folder; says how many files there were. */
int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        fuzz_check(folder != NULL, argv[i]);
        for (struct dirent *entry; (entry = readdir(folder));) {
            char path[4096];
            if (entry->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            replay(path);
            count++;
        }
        closedir(folder);
    }
    printf("%d inputs\n", count);
    return count == 0;
}
