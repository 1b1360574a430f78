/* The loop over a folder of golden files. */
#include "golden.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"

void
golden_report(
    const char *name, const char *what, const char *expected, const char *got)
{
	printf("%s: %s\n  expected: %s\n  got:      %s\n", name, what, expected,
	    got);
}

bool
golden_same(const char *name, const char *what, struct json_object *expected,
    struct json_object *got)
{
	struct buf a, b;
	buf_init(&a, BUF_LARGE);
	buf_init(&b, BUF_LARGE);
	json_write(&a, expected);
	json_write(&b, got);
	bool same = strcmp(buf_cstr(&a), buf_cstr(&b)) == 0;
	if (!same)
		golden_report(name, what, buf_cstr(&a), buf_cstr(&b));
	buf_clear(&a);
	buf_clear(&b);
	return same;
}

/* The JSON of a file; NULL, and a line that says why, if it has none. */
static struct json_object *
load(const char *folder, const char *name)
{
	struct buf path, text;
	char bytes[4096];
	size_t n;
	buf_init(&path, BUF_SMALL);
	buf_init(&text, BUF_LARGE);
	buf_fmt(&path, "%s/%s", folder, name);

	FILE *file = fopen(buf_cstr(&path), "rb");
	while (file != NULL && (n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(&text, bytes, n);
	if (file != NULL)
		fclose(file);

	const char *why = "";
	struct json_object *o = json_parse(buf_cstr(&text), text.len, &why);
	if (o == NULL)
		printf("%s: %s\n", buf_cstr(&path), why);
	buf_clear(&path);
	buf_clear(&text);
	return o;
}

static int
is_case(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);
	return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}

int
golden_run(int argc, char **argv, const char *what, golden_fn *play)
{
	struct dirent **files;
	int passed = 0, failed = 0;
	int count =
	    argc == 2 ? scandir(argv[1], &files, is_case, alphasort) : -1;
	if (count < 0) {
		fprintf(stderr, "usage: golden_%s FOLDER\n", what);
		return 2;
	}
	for (int i = 0; i < count; i++) {
		struct json_object *o = load(argv[1], files[i]->d_name);
		if (o != NULL && play(files[i]->d_name, o))
			passed++;
		else
			failed++;
		json_object_put(o);
		free(files[i]);
	}
	free(files);
	printf("golden %s: %d passed, %d failed\n", what, passed, failed);
	return failed > 0 || passed == 0;
}
