/* What an import says of itself, to people and to programs. */
#include "main/cli_import.h"

#include <stdio.h>

#include "base/json.h"
#include "main/cli.h"

/* More lines than this are not named one by one. */
#define MAX_NAMED 20

static const char *
unit_of(const struct import *im)
{
	return im->keys.word > 0 ? "word" : "line";
}

void
import_name_bad(const struct import *im)
{
	size_t kept = json_count(im->keys.bad);
	size_t most = im->cli->verbose ? kept : MAX_NAMED;
	for (size_t i = 0; i < kept && i < most; i++) {
		struct json_object *row = json_at(im->keys.bad, i);
		cli_complain("%s %s %d: %s (%s)",
		    im->sources[json_get_int(row, "source", 0)], unit_of(im),
		    (int)json_get_int(row, "line", 0),
		    json_get_text(row, "why"), json_get_text(row, "hint"));
	}
	if (im->keys.n_bad > most)
		cli_complain("and %zu more that are bad%s",
		    im->keys.n_bad - most,
		    im->cli->verbose ? "" : "; --verbose names more of them");
}

/* --- for programs -------------------------------------------------------- */

/* The members of a row that count, by what became of a key. */
static const char *const taken_names[] = {
    [KEY_ADDED] = "added",
    [KEY_RESTORED] = "restored",
    [KEY_KNOWN] = "known",
    [KEY_TWICE] = "twice",
};

static void
count(struct json_object *row, const char *name)
{
	json_set_int(row, name, json_get_int(row, name, 0) + 1);
}

static struct json_object *
new_row(const struct import *im, size_t source)
{
	static const char *const lists[] = {
	    "keys", "known_lines", "twice_lines", "bad"};
	struct json_object *row = json_object_new_object();
	json_set_text(row, "source", im->sources[source]);
	json_set_bool(row, "dry_run", im->cli->dry_run);
	json_set_int(row, "found", 0);
	for (size_t i = 0; i < COUNT_OF(taken_names); i++)
		json_set_int(row, taken_names[i], 0);
	json_set_int(row, "other_shapes", 0);
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		json_set(row, lists[i], json_object_new_array());
	return row;
}

static void
count_key(const struct import *im, size_t i, struct json_object *row)
{
	const struct key_new *k = &im->keys.intake.keys[i];
	const struct key_place *place = &im->keys.places[i];
	count(row, "found");
	count(row, taken_names[k->taken]);
	if (place->other_shape)
		count(row, "other_shapes");
	if (k->key_id != 0)
		json_object_array_add(
		    json_get(row, "keys"), json_object_new_int64(k->key_id));
	if (k->taken == KEY_KNOWN)
		json_object_array_add(json_get(row, "known_lines"),
		    json_object_new_int(place->line));
	if (k->taken != KEY_TWICE)
		return;
	const struct key_place *first = &im->keys.places[k->first];
	struct json_object *twice = json_object_new_object();
	json_set_int(twice, "line", place->line);
	json_set_int(twice, "first_line", first->line);
	json_set_text(twice, "first_source", im->sources[first->source]);
	json_object_array_add(json_get(row, "twice_lines"), twice);
}

/* A row for each source. The caller owns them. */
static struct json_object *
make_rows(const struct import *im)
{
	struct json_object *rows = json_object_new_array();
	for (size_t i = 0; i < im->n_sources; i++)
		json_object_array_add(rows, new_row(im, i));
	for (size_t i = 0; i < im->keys.intake.n; i++)
		count_key(im, i, json_at(rows, im->keys.places[i].source));
	for (size_t i = 0; i < json_count(im->keys.bad); i++) {
		struct json_object *bad = json_at(im->keys.bad, i);
		struct json_object *row =
		    json_at(rows, (size_t)json_get_int(bad, "source", 0));
		json_object_array_add(
		    json_get(row, "bad"), json_object_get(bad));
	}
	return rows;
}

/* --- for people ---------------------------------------------------------- */

static void
print_row(const struct import *im, struct json_object *row)
{
	const char *would = im->cli->dry_run ? " would be" : "";
	int64_t twice = json_get_int(row, "twice", 0);
	int64_t other = json_get_int(row, "other_shapes", 0);
	printf("%s: %lld%s added, %lld%s restored, %lld known already",
	    json_get_text(row, "source"),
	    (long long)json_get_int(row, "added", 0), would,
	    (long long)json_get_int(row, "restored", 0), would,
	    (long long)json_get_int(row, "known", 0));
	if (twice > 0)
		printf(", %lld twice", (long long)twice);
	if (other > 0)
		printf("; %lld of another shape than usual", (long long)other);
	printf("\n");
}

/* Where those stand that were there before. */
static void
print_others(const struct import *im)
{
	for (size_t i = 0; i < im->keys.intake.n; i++) {
		const struct key_new *k = &im->keys.intake.keys[i];
		const struct key_place *p = &im->keys.places[i];
		if (k->taken == KEY_KNOWN)
			printf("%s %s %d: known already, key %lld\n",
			    im->sources[p->source], unit_of(im), p->line,
			    (long long)k->key_id);
		else if (k->taken == KEY_TWICE)
			printf("%s %s %d: the same as %s %s %d\n",
			    im->sources[p->source], unit_of(im), p->line,
			    im->sources[im->keys.places[k->first].source],
			    unit_of(im), im->keys.places[k->first].line);
	}
}

void
import_report(const struct import *im)
{
	struct json_object *rows = make_rows(im);
	import_name_bad(im);
	if (im->cli->json) {
		cli_say_json(rows);
		return;
	}
	for (size_t i = 0; i < json_count(rows); i++)
		print_row(im, json_at(rows, i));
	if (im->cli->verbose)
		print_others(im);
	json_object_put(rows);
}
