/* Taking texts with keys apart. */
#include "gateway/key_import.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "pool/key_text.h"

#define DEFAULT_POOL "gemini"

void
key_import_init(struct key_import *im, const struct master_key *master,
    const struct pattern *pattern, struct json_object *options)
{
	*im = (struct key_import){.pattern = pattern, .options = options};
	im->bad = json_object_new_array();
	key_intake_init(&im->intake, master);
}

void
key_import_clear(struct key_import *im)
{
	key_intake_clear(&im->intake);
	json_object_put(im->bad);
	free(im->places);
	im->bad = NULL;
	im->places = NULL;
}

bool
key_import_is_placeholder(const char *key)
{
	/* AIzaSyxxxxxxxx, AQ.Abxxxxxxxx: a prefix and nothing but x. */
	size_t len = strlen(key);
	size_t x = 0;
	while (x < len && (key[len - 1 - x] | ' ') == 'x')
		x++;
	return (x >= 8 && len - x <= 8) || text_starts(key, "your_") ||
	    text_starts(key, "your-");
}

/* What the options and the key's own line say of it. */
static struct json_object *
attributes_of(const struct key_import *im, const struct key_finding *f)
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
note_bad(struct key_import *im, const struct key_finding *f, const char *why)
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
	json_set_text(row, "about", f->about);
	json_set_text(row, "what", why);
	buf_reset(&text);
	text_mask(&text, f->text);
	json_set_text(row, "hint", buf_cstr(&text));
	buf_clear(&text);
	if (im->n_bad <= KEY_IMPORT_BAD_MAX)
		json_object_array_add(im->bad, row);
	else
		json_object_put(row);
}

static void
note_place(struct key_import *im, const struct key_finding *f)
{
	if (im->intake.n > im->places_room) {
		im->places_room = im->intake.room;
		im->places = reallocarray(
		    im->places, im->places_room, sizeof(*im->places));
		if (im->places == NULL)
			abort();
	}
	im->places[im->intake.n - 1] = (struct key_place){
	    im->source, im->word > 0 ? im->word : f->line, f->other_shape};
}

static bool
take(void *ctx, const struct key_finding *f)
{
	struct key_import *im = ctx;
	const char *why = f->why;
	im->found++;
	if (why == NULL && key_import_is_placeholder(f->text))
		why = N_("there is the placeholder of an example");
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

enum key_import_end
key_import_take(struct key_import *im, const char *text, size_t len)
{
	if (len >= 2 &&
	    (memcmp(text, "\xff\xfe", 2) == 0 ||
		memcmp(text, "\xfe\xff", 2) == 0))
		return KEY_IMPORT_UTF16;
	if (key_text_scan(im->pattern, text, len, take, im))
		return KEY_IMPORT_DONE;
	return key_intake_is_full(&im->intake) ? KEY_IMPORT_TOO_MANY
					       : KEY_IMPORT_UNSEALED;
}
