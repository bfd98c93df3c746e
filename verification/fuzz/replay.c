/* SPDX-License-Identifier: BSD-2-Clause */
/* Feeds the files of folders to a target, in the order of their names:  fuzz_TARGET FOLDER...
   An input that breaks an oracle ends the program; the last name printed is its. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_BYTES_MAX (1u << 20)

static void replay_file(const char *folder, const char *name)
{
    static uint8_t bytes[INPUT_BYTES_MAX];
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    FUZZ_EXPECT(file != NULL, "%s cannot be read", path);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    printf("%s: %zu bytes\n", path, size);
    fflush(stdout);
    fuzz_one(bytes, size);
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay_folder(const char *folder)
{
    struct dirent **entry;
    int count = scandir(folder, &entry, is_input, alphasort);

    FUZZ_EXPECT(count > 0, "%s: expected a folder of inputs, found none", folder);
    for (int i = 0; i < count; i++) {
        replay_file(folder, entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
    return count;
}

int main(int count, char **argument)
{
    int inputs = 0;

    FUZZ_EXPECT(count > 1, "usage: %s FOLDER...", argument[0]);
    fuzz_is_replay = true;
    fuzz_start();
    for (int i = 1; i < count; i++)
        inputs += replay_folder(argument[i]);
    printf("%d inputs\n", inputs);
    return 0;
}
