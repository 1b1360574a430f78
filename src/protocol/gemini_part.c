/* Turning one part of Gemini's content into deltas. */
#include "protocol/gemini_part.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

/* More parts than any answer has; the offsets of later ones are not kept. */
#define PARTS_MAX 4096

/* The part that is being read. */
struct reading {
	struct gemini_reader *r;
	struct gemini_choice *choice;
	int index; /* of the choice */
	bool thought;
	const char *signature; /* or NULL */
};

static void
give(const struct reading *in, struct delta *d)
{
	if (d->kind != DELTA_SIGNATURE)
		in->choice->has_content = true;
	d->choice = in->index;
	in->r->sink(in->r->ctx, d);
}

/* Text or thought that is ready to be sent. */
static void
give_joined(const struct reading *in, const char *text, size_t len)
{
	if (len == 0)
		return;
	give(in,
	    &(struct delta){
		.kind = in->thought ? DELTA_THOUGHT : DELTA_TEXT,
		.text = text,
		.len = len,
	    });
	if (!in->thought)
		in->choice->text_bytes += len;
}

static struct surrogate *
half_of(const struct reading *in)
{
	return in->thought ? &in->choice->thought_half : &in->choice->text_half;
}

static void
give_text(const struct reading *in, const char *text, size_t len)
{
	struct buf *joined = &in->r->joined;

	if (!surrogate_touches(half_of(in), text, len)) {
		give_joined(in, text, len);
		return;
	}
	surrogate_join(half_of(in), text, len, joined);
	give_joined(in, buf_cstr(joined), joined->len);
	buf_reset(joined);
}

/* A copy of a text of Gemini's that stands alone: its halves are joined, or
 * replaced. NULL stays NULL. */
static void
add_clean(struct buf *out, const char *text, size_t len)
{
	struct surrogate alone = {0};
	surrogate_join(&alone, text, len, out);
	surrogate_end(&alone, out);
}

static void
read_text(const struct reading *in, struct json_object *value)
{
	give_text(in, json_object_get_string(value),
	    (size_t)json_object_get_string_len(value));
	if (in->signature != NULL)
		give(in,
		    &(struct delta){
			.kind = DELTA_SIGNATURE,
			.signature = in->signature,
		    });
}

static void
read_call(const struct reading *in, struct json_object *value)
{
	const char *name = json_get_text(value, "name");
	const char *id = json_get_text(value, "id");
	struct json_object *args = json_get(value, "args");
	if (name == NULL || name[0] == '\0')
		return;

	/* The three texts, one after the other, in a buffer of their own. */
	struct buf raw, clean;
	buf_init(&raw, BUF_LARGE);
	buf_init(&clean, BUF_LARGE);
	if (args != NULL)
		json_write(&raw, args);
	else
		buf_str(&raw, "{}");
	add_clean(&clean, buf_cstr(&raw), raw.len);
	buf_clear(&raw);
	size_t args_len = clean.len;
	buf_byte(&clean, '\0');
	size_t name_at = clean.len;
	add_clean(&clean, name, strlen(name));
	buf_byte(&clean, '\0');
	size_t id_at = clean.len;
	if (id != NULL)
		add_clean(&clean, id, strlen(id));

	if (buf_ok(&clean)) {
		give(in,
		    &(struct delta){
			.kind = DELTA_CALL,
			.text = clean.data,
			.len = args_len,
			.name = clean.data + name_at,
			.id = clean.len > id_at ? clean.data + id_at : NULL,
			.signature = in->signature,
		    });
		in->choice->calls++;
	}
	buf_clear(&clean);
}

/* Drafts of a thinking image model are not part of the answer. */
static void
read_data(const struct reading *in, struct json_object *value)
{
	const char *mime = json_get_text(value, "mimeType");
	struct json_object *data = json_get(value, "data");
	bool image = mime != NULL && text_starts(mime, "image/");
	bool audio = mime != NULL && text_starts(mime, "audio/");
	size_t len = 0;
	const char *text = json_object_is_type(data, json_type_string)
	    ? json_text(data, &len)
	    : NULL;

	if (in->thought || (!image && !audio) || text == NULL || len == 0)
		return;
	give(in,
	    &(struct delta){
		.kind = image ? DELTA_IMAGE : DELTA_AUDIO,
		.text = text,
		.len = len,
		.mime = mime,
		.signature = in->signature,
	    });
}

/* The fence must be longer than any run of backticks inside. */
static size_t
fence_size(const char *text)
{
	size_t size = 3;
	for (const char *p = text; (p = strchr(p, '`')) != NULL;) {
		size_t run = strspn(p, "`");
		if (run >= size)
			size = run + 1;
		p += run;
	}
	return size;
}

/* ```word, the lines (first may be NULL), ``` as text of the answer. */
static void
give_fenced(const struct reading *in, const char *word, const char *first,
    const char *text)
{
	struct buf block;
	buf_init(&block, BUF_LARGE);
	size_t size = fence_size(text);

	if (in->choice->text_bytes > 0)
		buf_byte(&block, '\n');
	for (size_t i = 0; i < size; i++)
		buf_byte(&block, '`');
	buf_fmt(&block, "%s\n", word);
	if (first != NULL)
		buf_fmt(&block, "%s\n", first);
	buf_str(&block, text);
	if (text[0] != '\0' && text[strlen(text) - 1] != '\n')
		buf_byte(&block, '\n');
	for (size_t i = 0; i < size; i++)
		buf_byte(&block, '`');
	buf_byte(&block, '\n');
	give_text(in, buf_cstr(&block), block.len);
	buf_clear(&block);
}

static void
read_code(const struct reading *in, struct json_object *value)
{
	const char *code = json_get_text(value, "code");
	const char *language = json_get_text(value, "language");
	char word[24] = "";
	size_t n = 0;

	/* PYTHON becomes python; a word that is none is left out. */
	if (language != NULL && strcmp(language, "LANGUAGE_UNSPECIFIED") != 0)
		for (; language[n] != '\0' && n < sizeof(word) - 1; n++) {
			char c = language[n];
			bool upper = c >= 'A' && c <= 'Z';
			bool other = (c >= 'a' && c <= 'z') ||
			    (c >= '0' && c <= '9') || c == '_' || c == '+' ||
			    c == '#';
			if (!upper && !other) {
				n = 0;
				break;
			}
			word[n] = (char)(upper ? c - 'A' + 'a' : c);
		}
	word[n] = '\0';
	if (code != NULL)
		give_fenced(in, word, NULL, code);
}

static void
read_code_result(const struct reading *in, struct json_object *value)
{
	const char *outcome = json_get_text(value, "outcome");
	const char *output = json_get_text(value, "output");

	if (outcome != NULL && strcmp(outcome, "OUTCOME_OK") == 0)
		outcome = NULL;
	if (outcome != NULL || output != NULL)
		give_fenced(
		    in, "output", outcome, output == NULL ? "" : output);
}

/* The parts of a tool that ran on Google's side say nothing to a client. */
static void
skip_part(const struct reading *in, struct json_object *value)
{
	(void)in;
	(void)value;
}

/* What a part may hold; the first member that is there decides. */
static const struct part_row {
	const char *member;
	enum json_type type;
	void (*read)(const struct reading *in, struct json_object *value);
} rows[] = {
    {"text", json_type_string, read_text},
    {"functionCall", json_type_object, read_call},
    {"inlineData", json_type_object, read_data},
    {"executableCode", json_type_object, read_code},
    {"codeExecutionResult", json_type_object, read_code_result},
    {"toolCall", json_type_object, skip_part},
    {"toolResponse", json_type_object, skip_part},
};

/* Note where the part's text begins, unless it continues the part before:
 * events cut parts, and offsets of citations count within the whole part. */
static void
note_part(struct gemini_choice *c, bool text, bool thought, bool first)
{
	bool open_text = text && !thought, open_thought = text && thought;
	bool same = first &&
	    ((open_text && c->open_text) || (open_thought && c->open_thought));
	c->open_text = open_text;
	c->open_thought = open_thought;
	if (same || c->n_parts >= PARTS_MAX)
		return;

	/* The room doubles whenever it is a power of two and full. */
	if ((c->n_parts & (c->n_parts - 1)) == 0) {
		size_t room = c->n_parts == 0 ? 1 : 2 * c->n_parts;
		size_t *starts = realloc(c->part_start, room * sizeof(*starts));
		if (starts == NULL)
			return;
		c->part_start = starts;
	}
	c->part_start[c->n_parts++] =
	    open_text ? c->text_bytes : GEMINI_NO_TEXT;
}

void
gemini_part_read(
    struct gemini_reader *r, int choice, struct json_object *part, bool first)
{
	struct reading in = {
	    .r = r,
	    .choice = &r->choices[choice],
	    .index = choice,
	    .thought = json_get_bool(part, "thought"),
	    .signature = json_get_text(part, "thoughtSignature"),
	};
	if (in.signature != NULL && in.signature[0] == '\0')
		in.signature = NULL;

	const struct part_row *row = NULL;
	struct json_object *value = NULL;
	for (size_t i = 0; i < COUNT_OF(rows) && row == NULL; i++) {
		value = json_get(part, rows[i].member);
		if (json_object_is_type(value, rows[i].type) && value != NULL)
			row = &rows[i];
	}

	note_part(in.choice, row == &rows[0], in.thought, first);
	if (row != NULL)
		row->read(&in, value);
	else if (in.signature != NULL)
		give(&in,
		    &(struct delta){
			.kind = DELTA_SIGNATURE,
			.signature = in.signature,
		    });
}

void
gemini_part_end(struct gemini_reader *r, int choice)
{
	for (int thought = 1; thought >= 0; thought--) {
		struct reading in = {
		    .r = r,
		    .choice = &r->choices[choice],
		    .index = choice,
		    .thought = thought == 1,
		};
		surrogate_end(half_of(&in), &r->joined);
		give_joined(&in, buf_cstr(&r->joined), r->joined.len);
		buf_reset(&r->joined);
	}
}
