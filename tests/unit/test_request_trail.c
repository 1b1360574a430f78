/* admin/request_trail, admin/sentence: what is told of a request. */
#include "admin/request_trail.h"

#include <stdlib.h>
#include <string.h>

#include "admin/sentence.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "unit.h"
#include "web/template.h"

extern struct unit_suite request_trail_suite;

/* The members of a request that each row begins with. */
#define ASKED                                                \
	"\"token\":\"demo\",\"model\":\"gemini-2.5-flash\"," \
	"\"route\":\"openai.chat\",\"at\":\"2026-01-02 03:04:05Z\""
#define ASKED_TOLD                                                \
	"The token demo asked for the model gemini-2.5-flash by " \
	"openai.chat, at 2026-01-02 03:04:05Z."

/* As keywheel.request_page() gives it, with ' for "; the trail, a step a
 * line. */
static const struct {
	const char *row, *data, *trail;
} rows[] = {
    {"answered by the second key",
	"{'request':{" ASKED ",'streamed':true,'client_id':'mine-1',"
	"'outcome':'complete','status':200,'attempts':2,'hint':'…wXyZ',"
	"'prompt_tokens':1200,'cached_tokens':0,'thought_tokens':7,"
	"'answer_tokens':30,'first_byte_ms':500,'total_ms':900,"
	"'upstream_first_ms':200,'own_us':3190,'db_us':1249},"
	"'attempts':[{'attempt':1,'hint':'…AbCd','status':429,"
	"'verdict':'rate_minute','total_ms':100}],"
	"'events':[{'event':'rested','hint':'…AbCd',"
	"'model':'gemini-2.5-flash','until':'2026-01-02 03:05:00Z',"
	"'cause':'rate_minute'},{'event':'edited','hint':'…AbCd'}]}",
	ASKED_TOLD " It wanted a stream. The client calls it mine-1.\n"
		   "Attempt 1, with the key …AbCd, failed after 100 ms with "
		   "the status 429: the requests of the minute are used up. "
		   "The project’s requests of the minute for the model are "
		   "used up. It rests for the model as long as Google says, "
		   "and another key is tried.\n"
		   "Meanwhile the key …AbCd was put to rest for "
		   "gemini-2.5-flash, until 2026-01-02 03:05:00Z: the "
		   "requests of the minute are used up.\n"
		   "It waited about 197 ms for a key, and between attempts.\n"
		   "The key …wXyZ answered. The client got the status 200: "
		   "answered to the end.\n"
		   "It used 1,200 tokens for the prompt, of which 0 were "
		   "cached, 7 for thoughts and 30 for the answer.\n"
		   "It took 900 ms; the client had the first byte after 500 "
		   "ms. Google was silent for 200 ms before it answered. 3.1 "
		   "ms were keywheel’s own, of which 1.2 ms the "
		   "database’s.\n"},
    {"a limit of the token's",
	"{'request':{" ASKED ",'outcome':'limited','status':429,"
	"'attempts':0,'total_ms':1,'detail':'This token has reached its "
	"limit of 1 requests in a minute, which the gateway sets, not "
	"Google.'},'attempts':[],'events':[]}",
	ASKED_TOLD "\nNo key was asked. The client got the status 429: a "
		   "limit of the keys or of the token was reached. It was "
		   "told: This token has reached its limit of 1 requests in "
		   "a minute, which the gateway sets, not Google. The limit "
		   "is the gateway’s own, that of the token; Google had no "
		   "part in it.\nIt took 1 ms.\n"},
    {"a limit of Google's",
	"{'request':{" ASKED ",'outcome':'limited','status':429,"
	"'attempts':0,'total_ms':1,'detail':'All Gemini keys are at their "
	"limit for this "
	"model.','shadow_limit':'requests_per_day'},'attempts':[],"
	"'events':[]}",
	ASKED_TOLD
	"\nNo key was asked. The client got the status 429: a "
	"limit of the keys or of the token was reached. It was "
	"told: All Gemini keys are at their limit for this model. "
	"A limit of its token would have refused it, but only "
	"counts as yet: Requests a day. The limit is Google’s, that of the "
	"keys’ projects; the token has reached none of its own.\n"
	"It took 1 ms.\n"},
    {"a key that dies, without a status",
	"{'request':{'model':'m','route':'r','at':'t',"
	"'outcome':'upstream_error','status':502,'attempts':2,'total_ms':5,"
	"'detail':'key=abc said no'},'attempts':[{'attempt':1,"
	"'verdict':'unreachable','total_ms':2},{'attempt':2,"
	"'hint':'…AbCd','verdict':'new_word','total_ms':3}],"
	"'events':[{'event':'disabled','hint':'…AbCd','cause':'leaked_key'},"
	"{'event':'rested','model':'*','hint':'…AbCd','until':'u',"
	"'cause':'odd'}]}",
	"Somebody without a token that is known asked for the model m by r, "
	"at t.\n"
	"Attempt 1 failed after 2 ms: Google could not be reached. No "
	"connection to Google could be made: its name was not found, or it "
	"was refused. No key is to blame; another is tried once.\n"
	"Attempt 2, with the key …AbCd, failed after 3 ms: new_word.\n"
	"Meanwhile the key …AbCd was disabled: Google has the key reported as "
	"leaked.\n"
	"Meanwhile the key …AbCd was put to rest for all models, until u: "
	"odd.\n"
	"The client got the status 502: Gemini failed, also on retries. The "
	"words were: [redacted] said no\n"
	"It took 5 ms.\n"},
    {"a responder that was killed",
	"{'request':{" ASKED ",'outcome':'internal_error','status':500,"
	"'attempts':1,'total_ms':70,'hint':'…AbCd',"
	"'detail':'the responder could not report its end'},"
	"'attempts':[],'events':[]}",
	ASKED_TOLD "\nIts responder ended before it could report: how much of "
		   "an answer the client got is not known, nor what that "
		   "used.\nIt took 70 ms.\n"},
    {"a client that left",
	"{'request':{" ASKED ",'outcome':'client_gone','status':499,"
	"'attempts':1,'total_ms':7,'hint':'…AbCd'},"
	"'attempts':[],'events':[]}",
	ASKED_TOLD "\nIt is accounted for as 499: the client left before the "
		   "end.\nIt took 7 ms.\n"},
    {"from the cache",
	"{'request':{" ASKED ",'outcome':'complete','status':200,"
	"'attempts':0,'total_ms':7,'first_byte_ms':7,'from_cache':true,"
	"'detail':'from the cache'},'attempts':[],'events':[]}",
	ASKED_TOLD "\nThe answer came from the cache: no key was asked. The "
		   "client got the status 200: answered to the end.\n"
		   "It took 7 ms; the client had the first byte after 7 "
		   "ms.\n"},
    {"under way", "{'under_way':{" ASKED ",'hint':'…AbCd'}}",
	ASKED_TOLD "\nThis request is under way: it has not ended yet. The "
		   "key …AbCd has it now.\n"},
    {"a hostile name",
	"{'under_way':{'token':'$model','model':'a\\n\\u001b[2Jb',"
	"'route':'r','at':'t','lost':true}}",
	"The token $model asked for the model a  [2Jb by r, at t.\nNothing "
	"was heard of this request again: its responder has died. It is "
	"accounted for within a minute.\n"},
};

/* With " for '. */
static struct json_object *
read_data(const char *text)
{
	char *copy = strdup(text);
	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	struct json_object *o = json_parse(copy, strlen(copy), NULL);
	free(copy);
	return o;
}

static void
test_trails(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *data = read_data(rows[i].data);
		struct json_object *steps = request_trail_make(data);
		struct buf told;
		buf_init(&told, BUF_SMALL);
		for (size_t n = 0; n < json_count(steps); n++) {
			struct json_object *text =
			    sentences_text(json_at(steps, n), NULL);
			buf_fmt(&told, "%s\n", json_object_get_string(text));
			json_object_put(text);
		}
		UNIT_ROW(
		    unit_same(buf_cstr(&told), rows[i].trail), rows[i].row);
		buf_clear(&told);
		json_object_put(steps);
		json_object_put(data);
	}
}

/* Another language, with another order and times of its own. */
static const char *
say(void *ctx, const char *one, const char *many, int64_t n)
{
	(void)ctx;
	(void)many;
	(void)n;
	return strcmp(one, "$a then $b at $t") == 0 ? "$t: $b, $a"
	    : strcmp(one, "word") == 0              ? "Wort"
						    : one;
}

static void
tell_time(void *ctx, const char *utc, enum zone_form form, struct buf *out)
{
	(void)ctx;
	(void)form;
	buf_fmt(out, "<%s>", utc);
}

static void
test_translated(void)
{
	const struct template_reader reader = {NULL, say, tell_time};
	struct json_object *s = sentence_new("$a then $b at $t");
	struct buf out;
	buf_init(&out, BUF_SMALL);
	sentence_set_number(s, "a", 1234);
	sentence_set_message(s, "b", "word");
	sentence_set_time(s, "t", "noon");
	sentence_write(s, &reader, &out);
	buf_byte(&out, '|');
	sentence_write(s, NULL, &out);
	CU_ASSERT_STRING_EQUAL(
	    buf_cstr(&out), "<noon>: Wort, 1,234|1,234 then word at noon");
	buf_clear(&out);
	json_object_put(s);
}

static CU_TestInfo tests[] = {
    {"tells what happened", test_trails},
    {"is told in other languages", test_translated},
    CU_TEST_INFO_NULL,
};

struct unit_suite request_trail_suite = {"admin/request_trail", tests};
