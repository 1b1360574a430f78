/* Tests of the pacer between a reader and a sink. */
#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/pacer.h"

#define URL "data:image/png;base64,AAAA"

/* Short texts by the letter, long ones by threes. */
static const struct text_pace pace = {2, 4, 3, 100, 300};

/* The form: each delta is written as a word. */
struct form {
	struct gemini_reader reader;
	struct pacer pacer;
	struct buf out;
	bool hides_thoughts;
};

static void
take(void *ctx, const struct delta *d)
{
	static const char letters[] = {[DELTA_TEXT] = 't',
	    [DELTA_THOUGHT] = 'h',
	    [DELTA_CALL] = 'c',
	    [DELTA_IMAGE] = 'i',
	    [DELTA_SIGNATURE] = 's',
	    [DELTA_GROUNDING] = 'g'};
	struct form *f = ctx;
	if (d->kind == DELTA_THOUGHT && f->hides_thoughts)
		return;
	buf_fmt(&f->out, "%d%c:", d->choice, letters[d->kind]);
	buf_add(&f->out, d->text == NULL ? "" : d->text, d->len);
	buf_byte(&f->out, ' ');
}

static void
begin(struct form *f)
{
	*f = (struct form){0};
	gemini_reader_init(&f->reader, take, f);
	buf_init(&f->out, BUF_LARGE);
	pacer_attach(&f->pacer, &f->reader, &pace);
	pacer_begin(&f->pacer, &f->out);
}

static void
end(struct form *f)
{
	gemini_reader_clear(&f->reader);
	pacer_clear(&f->pacer);
	buf_clear(&f->out);
}

static void
feed(struct form *f, const char *event)
{
	struct json_object *o = json_parse(event, strlen(event), NULL);
	CU_ASSERT_FATAL(o != NULL);
	CU_ASSERT(gemini_reader_feed(&f->reader, o));
	json_object_put(o);
}

/* One event of one candidate with these parts. */
static void
feed_parts(struct form *f, const char *parts)
{
	struct buf event;
	buf_init(&event, BUF_SMALL);
	buf_fmt(
	    &event, "{\"candidates\":[{\"content\":{\"parts\":[%s]}}]}", parts);
	feed(f, buf_cstr(&event));
	buf_clear(&event);
}

/* Every mark ends a word of a text or thought; the delays, in a text. */
static void
check(struct form *f, const char *out, const char *delays, const char *name)
{
	struct buf got;
	buf_init(&got, BUF_SMALL);
	for (size_t i = 0; i < f->pacer.n; i++) {
		const struct pace_mark *m = &f->pacer.marks[i];
		buf_fmt(&got, "%s%lld", i ? " " : "", (long long)m->delay_us);
		UNIT_ROW(m->end > 0 && m->end <= f->out.len &&
			f->out.data[m->end - 1] == ' ' &&
			(i == 0 || m->end > m[-1].end),
		    name);
	}
	UNIT_ROW(unit_same(buf_cstr(&f->out), out), name);
	UNIT_ROW(unit_same(buf_cstr(&got), delays), name);
	buf_clear(&got);
}

static void
test_deltas(void)
{
	static const struct {
		const char *name, *parts, *out, *delays;
	} rows[] = {
	    {"a short text", "{\"text\":\"ab\"}", "0t:a 0t:b ", "300 300"},
	    {"a long text", "{\"text\":\"abcdefg\"}", "0t:abc 0t:def 0t:g ",
		"100 100 100"},
	    {"a thought and a text",
		"{\"text\":\"ab\",\"thought\":true},{\"text\":\"cd\"}",
		"0h:a 0h:b 0t:c 0t:d ", "300 300 300 300"},
	    {"a call is not cut",
		"{\"text\":\"a\"},{\"functionCall\":{\"name\":\"f\",\"args\":"
		"{\"abc\":1}}},{\"text\":\"b\"}",
		"0t:a 0c:{\"abc\":1} 0t:b ", "300 300"},
	    {"a picture is not cut",
		"{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":"
		"\"AAAAAAAA\"}}",
		"0i:AAAAAAAA ", ""},
	    {"a signature", "{\"text\":\"a\",\"thoughtSignature\":\"xyz\"}",
		"0t:a 0s: ", "300"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct form f;
		begin(&f);
		feed_parts(&f, rows[i].parts);
		check(&f, rows[i].out, rows[i].delays, rows[i].name);
		end(&f);
	}
}

/* A piece that the form drops has no mark, and so no delay. */
static void
test_hidden(void)
{
	struct form f;
	begin(&f);
	f.hides_thoughts = true;
	feed_parts(&f, "{\"text\":\"ab\",\"thought\":true},{\"text\":\"c\"}");
	check(&f, "0t:c ", "300", "hidden thoughts");
	end(&f);
}

/* Choices and kinds do not mix; a URL goes on where it has begun. */
static void
test_urls(void)
{
	struct form f;
	begin(&f);
	feed(&f,
	    "{\"candidates\":["
	    "{\"index\":0,\"content\":{\"parts\":[{\"text\":\"" URL "\"}]}},"
	    "{\"index\":1,\"content\":{\"parts\":[{\"text\":\"ab\"}]}}]}");
	check(&f, "0t:" URL " 1t:a 1t:b ", "0 300 300", "two choices");

	buf_reset(&f.out);
	pacer_begin(&f.pacer, &f.out);
	feed_parts(
	    &f, "{\"text\":\"ab\",\"thought\":true},{\"text\":\"AAAA a\"}");
	check(&f, "0h:a 0h:b 0t:AAAA 0t:  0t:a ", "300 300 0 300 300",
	    "goes on in its choice and kind");

	buf_reset(&f.out);
	pacer_begin(&f.pacer, &f.out);
	feed_parts(&f, "{\"text\":\"" URL "\"}");
	pacer_restart(&f.pacer);
	check(&f, "0t:" URL " ", "", "restart forgets marks");
	buf_reset(&f.out);
	feed_parts(&f, "{\"text\":\"ab\"}");
	check(&f, "0t:a 0t:b ", "300 300", "restart forgets the URL");
	end(&f);
}

/* What is in the output before the feed stays where it is. */
static void
test_appended(void)
{
	struct form f;
	begin(&f);
	buf_str(&f.out, "before ");
	feed_parts(&f, "{\"text\":\"ab\"}");
	CU_ASSERT(f.pacer.n == 2 && f.pacer.marks[0].end == 12);
	pacer_attach(&f.pacer, &f.reader, &pace);
	pacer_begin(&f.pacer, &f.out);
	CU_ASSERT(f.pacer.n == 0);
	feed_parts(&f, "{\"text\":\"cd\"}");
	check(&f, "before 0t:a 0t:b 0t:c 0t:d ", "300 300",
	    "attached twice is attached once");
	end(&f);
}

/* Many long texts in one feed: the marks have an end, the text has not. */
static void
test_ceiling(void)
{
	struct form f;
	struct buf part;
	begin(&f);
	f.pacer.pace.piece = 1;
	buf_init(&part, BUF_SMALL);
	buf_str(&part, "{\"text\":\"");
	for (int i = 0; i < 4096; i++)
		buf_byte(&part, 'a');
	buf_str(&part, "\"}");
	for (int i = 0; i < 6; i++)
		feed_parts(&f, buf_cstr(&part));
	CU_ASSERT(f.pacer.n == PACER_MARKS_MAX);
	size_t letters = 0;
	for (size_t i = 0; i < f.out.len; i++)
		letters += f.out.data[i] == 'a';
	CU_ASSERT(letters == 6 * 4096);
	buf_clear(&part);
	end(&f);
}

static CU_TestInfo tests[] = {
    {"what is cut, and what is not", test_deltas},
    {"what the form drops", test_hidden},
    {"URLs over several events", test_urls},
    {"where the pieces end", test_appended},
    {"a ceiling", test_ceiling},
    CU_TEST_INFO_NULL,
};

struct unit_suite pacer_suite = {"protocol/pacer", tests};
