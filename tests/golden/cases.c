/* Reading a folder of golden files. */
#include "cases.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"

static bool
read_file(const char *folder, const char *name, struct buf *text)
{
	struct buf path;
	char bytes[4096];
	size_t n;

	buf_init(&path, BUF_SMALL);
	buf_fmt(&path, "%s/%s", folder, name);
	FILE *file = fopen(buf_cstr(&path), "rb");
	buf_clear(&path);
	if (file == NULL)
		return false;
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(text, bytes, n);
	bool ok = ferror(file) == 0 && buf_ok(text);
	fclose(file);
	return ok;
}

static bool
play_file(const char *folder, const char *name, cases_fn *play)
{
	struct buf text;
	const char *why = "it cannot be read";
	struct json_object *c = NULL;

	buf_init(&text, BUF_LARGE);
	if (read_file(folder, name, &text))
		c = json_parse(buf_cstr(&text), text.len, &why);
	if (c == NULL)
		printf("%s: %s\n", name, why);
	bool ok = c != NULL && play(name, c);
	json_object_put(c);
	buf_clear(&text);
	return ok;
}

static int
is_case(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);
	return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}

int
cases_main(int argc, char **argv, const char *what, cases_fn *play)
{
	struct dirent **files;
	int passed = 0, failed = 0;
	int count =
	    argc == 2 ? scandir(argv[1], &files, is_case, alphasort) : -1;
	if (count < 0) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	for (int i = 0; i < count; i++) {
		if (play_file(argv[1], files[i]->d_name, play))
			passed++;
		else
			failed++;
		free(files[i]);
	}
	free(files);
	printf("golden %s: %d passed, %d failed\n", what, passed, failed);
	return failed > 0 || passed == 0;
}
