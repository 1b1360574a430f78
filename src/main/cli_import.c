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
#include "store/db.h"
#include "store/settings.h"

/* --- what is found ------------------------------------------------------- */

/* The keys of one text; false after a complaint. */
static bool
take_text(struct import *im, const char *text, size_t len)
{
	switch (key_import_take(&im->keys, text, len)) {
	case KEY_IMPORT_UTF16:
		cli_complain("%s is text in UTF-16; save it as UTF-8",
		    im->sources[im->keys.source]);
		return false;
	case KEY_IMPORT_TOO_MANY:
		cli_complain("there are more than %d keys: import them in "
			     "parts",
		    KEY_INTAKE_MAX);
		return false;
	case KEY_IMPORT_UNSEALED:
		cli_complain(
		    "MASTER_KEY_FILE does not hold the key that seals");
		return false;
	default:
		return true;
	}
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
	for (im->keys.source = 0; im->keys.source < im->n_sources;
	     im->keys.source++) {
		const char *path = im->sources[im->keys.source];
		bool input = strcmp(path, "-") == 0;
		if (input)
			im->sources[im->keys.source] = "standard input";
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
		size_t before = im->keys.found;
		im->keys.word = (int)i + 1;
		if (!take_text(im, cli->words[i], strlen(cli->words[i])))
			return false;
		if (im->keys.found > before)
			continue;
		cli_complain(
		    "word %d is no key; nothing is added", im->keys.word);
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
	if (im->keys.n_bad > 0 && cli->all_or_nothing) {
		import_name_bad(im);
		cli_complain("nothing is imported");
		return CLI_FAILED;
	}
	if (im->keys.intake.n == 0) {
		import_name_bad(im);
		cli_complain("no key was found");
		return CLI_FAILED;
	}
	if (!db_begin(cli->db))
		return cli_database_failed(cli);
	bool ok =
	    key_intake_send(&im->keys.intake, cli->db, "cli", cli->dry_run);
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
	key_import_init(&im.keys, &cli->master, im.pattern, im.options);
	if (words ? take_words(&im) : take_files(&im))
		status = send(&im);
	key_import_clear(&im.keys);
	pattern_free(im.pattern);
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
