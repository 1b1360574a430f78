/*
 * Plays files through a fuzzer, where there is no libFuzzer: what was once
 * found stays a test.
 *   fuzz_NAME FOLDER
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "fuzz.h"

static bool
read_file(const char *folder, const char *name, struct buf *bytes)
{
	struct buf path;
	char piece[4096];
	size_t n;
	buf_init(&path, BUF_SMALL);
	buf_fmt(&path, "%s/%s", folder, name);
	FILE *file = fopen(buf_cstr(&path), "rb");
	buf_clear(&path);
	while (file != NULL && (n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(bytes, piece, n);
	bool ok = file != NULL && ferror(file) == 0 && buf_ok(bytes);
	if (file != NULL)
		fclose(file);
	return ok;
}

static int
is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int
main(int argc, char **argv)
{
	struct dirent **files;
	int count =
	    argc == 2 ? scandir(argv[1], &files, is_file, alphasort) : -1;
	int failed = 0;
	if (count < 0) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	for (int i = 0; i < count; i++) {
		struct buf bytes;
		buf_init(&bytes, BUF_LARGE);
		/* Who breaks down is named by the last line. */
		printf("%s\n", files[i]->d_name);
		fflush(stdout);
		if (!read_file(argv[1], files[i]->d_name, &bytes)) {
			printf("cannot be read\n");
			failed++;
		}
		char *copy = fuzz_copy(buf_cstr(&bytes), bytes.len);
		LLVMFuzzerTestOneInput((const uint8_t *)copy, bytes.len);
		free(copy);
		buf_clear(&bytes);
		free(files[i]);
	}
	free(files);
	printf("%d passed, %d failed\n", count - failed, failed);
	return failed > 0 || count == failed;
}
