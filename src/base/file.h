/* Small files, read and written whole. */
#ifndef KEYWHEEL_BASE_FILE_H
#define KEYWHEEL_BASE_FILE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

/* Append the file's bytes. "-" is standard input. False with the reason
 * (with the path in it) appended to why. */
MUSTCHECK bool file_read(const char *path, struct buf *out, struct buf *why);

/* Write the text with mode 0600, whole or not at all: a temporary file
 * beside it takes its name. */
MUSTCHECK bool file_write_secret(
    const char *path, const char *text, struct buf *why);

bool file_exists(const char *path);

/* The folder for temporary files: TMPDIR, else /tmp. */
const char *file_temporary_folder(void);

/* A new file in it that has no name, for reading and writing; -1 with
 * errno. */
int file_temporary(void);

#endif
