/* `keywheel keys add` and `keywheel keys import`. */
#include "main/cli_import.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/pattern.h"
#include "base/setting.h"
#include "base/text.h"
#include "main/cli.h"
#include "pool/key_text.h"
#include "store/db.h"
#include "store/settings.h"

#define DEFAULT_POOL "gemini"

bool
cli_keys_is_placeholder(const char *key)
{
	/* AIzaSyxxxxxxxx, AQ.Abxxxxxxxx: a prefix and nothing but x. */
	size_t len = strlen(key);
	size_t x = 0;
	while (x < len && (key[len - 1 - x] | ' ') == 'x')
		x++;
	return (x >= 8 && len - x <= 8) || text_starts(key, "your_") ||
	    text_starts(key, "your-");
}

/* --- what is found ------------------------------------------------------- */

/* What the options and the key's own line say of it. */
static struct json_object *
attributes_of(const struct import *im, const struct key_finding *f)
{
	struct json_object *o = json_object_new_object();
	json_set_text(o, key_attribute_name(KEY_POOL), DEFAULT_POOL);
	json_object_object_foreach(im->options, name, value)
	{
		json_share(o, name, value);
	}
	for (int i = 0; i < KEY__ATTRIBUTES; i++)
		if (f->attribute[i] != NULL)
			key_attribute_set(
			    o, (enum key_attribute)i, f->attribute[i]);
	return o;
}

/* Note a bad line by its number; what may be a key is only hinted at. */
static void
note_bad(struct import *im, const struct key_finding *f, const char *why)
{
	struct json_object *row = json_object_new_object();
	struct buf text;
	buf_init(&text, BUF_SMALL);
	im->n_bad++;
	json_set_int(row, "source", (int64_t)im->source);
	json_set_int(row, "line", im->word > 0 ? im->word : f->line);
	buf_fmt(&text, "%s%s%s", f->about ? f->about : "", f->about ? " " : "",
	    why);
	json_set_text(row, "why", buf_cstr(&text));
	buf_reset(&text);
	text_mask(&text, f->text);
	json_set_text(row, "hint", buf_cstr(&text));
	buf_clear(&text);
	if (im->n_bad <= IMPORT_BAD_MAX)
		json_object_array_add(im->bad, row);
	else
		json_object_put(row);
}

static void
note_place(struct import *im, const struct key_finding *f)
{
	if (im->intake.n > im->places_room) {
		im->places_room = im->intake.room;
		im->places = reallocarray(
		    im->places, im->places_room, sizeof(*im->places));
		if (im->places == NULL)
			abort();
	}
	im->places[im->intake.n - 1] = (struct import_place){
	    im->source, im->word > 0 ? im->word : f->line, f->other_shape};
}

static bool
take(void *ctx, const struct key_finding *f)
{
	struct import *im = ctx;
	const char *why = f->why;
	im->found++;
	if (why == NULL && cli_keys_is_placeholder(f->text))
		why = "there is the placeholder of an example";
	if (why != NULL) {
		note_bad(im, f, why);
		return true;
	}
	struct json_object *attributes = attributes_of(im, f);
	bool ok = key_intake_take(&im->intake, f->text, attributes);
	json_object_put(attributes);
	if (ok)
		note_place(im, f);
	return ok;
}

/* The keys of one text; false after a complaint. */
static bool
take_text(struct import *im, const char *text, size_t len)
{
	if (len >= 2 &&
	    (memcmp(text, "\xff\xfe", 2) == 0 ||
		memcmp(text, "\xfe\xff", 2) == 0)) {
		cli_complain("%s is text in UTF-16; save it as UTF-8",
		    im->sources[im->source]);
		return false;
	}
	if (key_text_scan(im->pattern, text, len, take, im))
		return true;
	cli_complain("there are more than %d keys: import them in parts",
	    KEY_INTAKE_MAX);
	return false;
}

static bool
take_file(struct import *im, const char *path)
{
	struct buf text, why;
	buf_init(&text, BUF_LARGE);
	buf_init(&why, BUF_SMALL);
	bool ok = file_read(path, &text, &why);
	if (!ok)
		cli_complain("%s", buf_cstr(&why));
	else
		ok = take_text(im, buf_cstr(&text), text.len);
	if (text.data != NULL)
		crypt_wipe(text.data, text.cap);
	buf_clear(&why);
	buf_clear(&text);
	return ok;
}

static bool
take_files(struct import *im)
{
	for (im->source = 0; im->source < im->n_sources; im->source++) {
		const char *path = im->sources[im->source];
		bool input = strcmp(path, "-") == 0;
		if (input)
			im->sources[im->source] = "standard input";
		if (!take_file(im, input ? "-" : path))
			return false;
	}
	return true;
}

/* A word that is no key is a mistake, also one that says nothing at all. */
static bool
take_words(struct import *im)
{
	struct cli *cli = im->cli;
	for (size_t i = 0; i < cli->n; i++) {
		size_t before = im->found;
		im->word = (int)i + 1;
		if (!take_text(im, cli->words[i], strlen(cli->words[i])))
			return false;
		if (im->found > before)
			continue;
		cli_complain("word %d is no key; nothing is added", im->word);
		return false;
	}
	return true;
}

/* --- bringing it in ------------------------------------------------------ */

/* All that was found, or nothing. */
static int
send(struct import *im)
{
	struct cli *cli = im->cli;
	if (im->n_bad > 0 && cli->all_or_nothing) {
		import_name_bad(im);
		cli_complain("nothing is imported");
		return CLI_FAILED;
	}
	if (im->intake.n == 0) {
		import_name_bad(im);
		cli_complain("no key was found");
		return CLI_FAILED;
	}
	if (!db_begin(cli->db))
		return cli_database_failed(cli);
	bool ok = key_intake_send(&im->intake, cli->db, "cli", cli->dry_run);
	if (!ok)
		(void)cli_database_failed(cli);
	if (!db_end(cli->db, ok))
		return ok ? cli_database_failed(cli) : CLI_FAILED;
	import_report(im);
	return CLI_DONE;
}

static struct pattern *
load_pattern(struct cli *cli)
{
	struct settings *set = store_settings_load(cli->db);
	if (set == NULL) {
		(void)cli_database_failed(cli);
		return NULL;
	}
	struct buf why;
	buf_init(&why, BUF_SMALL);
	struct pattern *p =
	    pattern_new(settings_text(set, SETTING_ID_KEY_PATTERN), &why);
	if (p == NULL)
		cli_complain("KEY_PATTERN %s", buf_cstr(&why));
	buf_clear(&why);
	settings_free(set);
	return p;
}

/* Import from the sources; words: from those of the command. */
static int
run(struct cli *cli, const char **sources, size_t n, bool words)
{
	struct import im = {.cli = cli, .sources = sources, .n_sources = n};
	int status = CLI_FAILED;
	im.options = cli_attributes(cli);
	if (im.options == NULL)
		return CLI_MISUSED;
	if (!cli_master(cli) || !cli_database(cli) ||
	    (im.pattern = load_pattern(cli)) == NULL) {
		json_object_put(im.options);
		return CLI_FAILED;
	}
	im.bad = json_object_new_array();
	key_intake_init(&im.intake, &cli->master);
	if (words ? take_words(&im) : take_files(&im))
		status = send(&im);
	key_intake_clear(&im.intake);
	pattern_free(im.pattern);
	free(im.places);
	json_object_put(im.bad);
	json_object_put(im.options);
	return status;
}

int
cli_keys_import(struct cli *cli)
{
	static const char *const dash[] = {"-"};
	bool given = cli->n > 0;
	size_t n = given ? cli->n : 1;
	const char **sources = calloc(n, sizeof(*sources));
	if (sources == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		sources[i] = given ? cli->words[i] : dash[0];
	int status = run(cli, sources, n, false);
	free(sources);
	return status;
}

int
cli_keys_add(struct cli *cli)
{
	const char *sources[] = {"command line"};
	if (cli->n == 0 || (cli->n == 1 && strcmp(cli->words[0], "-") == 0))
		return cli_keys_import(cli);
	cli->all_or_nothing = true;
	return run(cli, sources, 1, true);
}
