/* Tests of the templates: tags, escaping, sections, limits, mistakes. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/json.h"
#include "web/template.h"

/* Fill one text; "!…" is the reason why that failed. */
static void
fill(const char *text, const char *json, struct buf *out)
{
	struct template_set *set = template_set_new(NULL);
	struct json_object *data = json_parse(json, strlen(json), NULL);
	struct buf why;
	buf_init(&why, BUF_SMALL);
	bool ok =
	    template_add(set, "partials/hi.html", "Hi {{name}}\n", 12, &why) &&
	    template_add(set, "partials/on.html", "{{>on}}", 7, &why) &&
	    template_add(set, "t.html", text, strlen(text), &why) &&
	    template_render(set, "t.html", data, NULL, out, &why);
	if (!ok) {
		buf_clear(out);
		buf_byte(out, '!');
		buf_str(out, buf_cstr(&why));
	}
	buf_clear(&why);
	json_object_put(data);
	template_set_free(set);
}

struct row {
	const char *name, *text, *json, *page;
};

static const struct row rows[] = {
    {"no tag", "a { b } }} c", "{}", "a { b } }} c"},
    {"nothing", "", "{}", ""},
    {"a value", "-{{a}}-", "{\"a\":\"x\"}", "-x-"},
    {"blanks in the tag", "{{ a }}{{# a }}y{{/ a }}", "{\"a\":1}", "1y"},
    {"five characters are escaped", "{{a}}", "{\"a\":\"<a b='c'>\\\"&\"}",
	"&lt;a b=&#39;c&#39;&gt;&quot;&amp;"},
    {"an escape is escaped", "{{a}}", "{\"a\":\"&lt;\"}", "&amp;lt;"},
    {"a value is no template", "{{a}}", "{\"a\":\"{{b}}\",\"b\":1}", "{{b}}"},
    {"raw, by its long name", "{{raw html:a}}", "{\"a\":\"<b>&\"}", "<b>&"},
    {"control characters", "{{a}}", "{\"a\":\"\\u0000x\\u001b\\t\\n\\u007f\"}",
	"\xef\xbf\xbdx\xef\xbf\xbd\t\n\xef\xbf\xbd"},
    {"a message", "{{_ Some <b>$n</b> of $a.b, $$1\n\t more.}}",
	"{\"n\":2,\"a\":{\"b\":\"<i>\"}}",
	"Some <b>2</b> of &lt;i&gt;, $1 more."},
    {"a message with the value itself", "{{#a}}{{_ $.: <i>$.</i>.}}{{/a}}",
	"{\"a\":[\"<\",2]}", "&lt;: <i>&lt;</i>.2: <i>2</i>."},
    {"a message for one", "{{_ $n key|$n keys}}", "{\"n\":\"1\"}", "1 key"},
    {"a message for many", "{{_ a key|$n keys}}", "{\"n\":\"1,001\"}",
	"1,001 keys"},
    {"a message without words", "{{_  }}", "{}",
	"!t.html line 1: {{_ }} says nothing"},
    {"a text that is a message", "{{_=a}}", "{\"a\":\"<b>\"}", "&lt;b&gt;"},
    {"a time", "{{@a}}{{@b}}", "{\"a\":\"2026-01-02 03:04:05Z\"}",
	"<time datetime=\"2026-01-02 03:04:05Z\">2026-01-02 03:04:05Z</time>"},
    {"a time to the second", "{{@+a}}", "{\"a\":\"2026-01-02 03:04:05Z\"}",
	"<time datetime=\"2026-01-02 03:04:05Z\">2026-01-02 03:04:05Z</time>"},
    {"no time", "-{{@a}}{{@b}}{{@+c}}-", "{\"a\":null,\"b\":\"\",\"c\":5}",
	"--"},
    {"other alphabets", "{{a}}", "{\"a\":\"\xe4\xbd\xa0\xf0\x9f\x98\x80\"}",
	"\xe4\xbd\xa0\xf0\x9f\x98\x80"},
    {"numbers", "{{a}} {{b}} {{c}}", "{\"a\":-7,\"b\":0.10,\"c\":1e400}",
	"-7 0.10 1e400"},
    {"booleans", "{{a}} {{b}}", "{\"a\":true,\"b\":false}", "true false"},
    {"missing, null, objects and arrays", "-{{a}}{{b}}{{c}}{{d}}{{d.e.f}}-",
	"{\"b\":null,\"c\":[1],\"d\":{\"e\":2}}", "--"},
    {"dotted", "{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"<\"}}}", "&lt;"},
    {"dotted through a text", "-{{a.b}}-", "{\"a\":\"x\"}", "--"},

    {"a list", "{{#a}}<{{b}}>{{/a}}", "{\"a\":[{\"b\":1},{\"b\":2}]}",
	"<1><2>"},
    {"a list of texts", "{{#a}}{{.}},{{/a}}", "{\"a\":[\"x\",\"<\",null]}",
	"x,&lt;,,"},
    {"a list in a list", "{{#a}}[{{#.}}{{.}}{{/.}}]{{/a}}",
	"{\"a\":[[1,2],[],[3]]}", "[12][][3]"},
    {"an object", "{{#a}}{{b}}{{c}}{{/a}}", "{\"a\":{\"b\":1},\"c\":2}", "12"},
    {"the inner one wins", "{{#a}}{{b}}{{/a}}", "{\"a\":{\"b\":1},\"b\":2}",
	"1"},
    {"also if it is null", "{{#a}}-{{b}}-{{/a}}",
	"{\"a\":{\"b\":null},\"b\":2}", "--"},
    {"after it the outer one", "{{#a}}{{b}}{{/a}}{{b}}",
	"{\"a\":{\"b\":1},\"b\":2}", "12"},
    {"dots do not look further out", "-{{#a}}{{b.d}}{{/a}}-",
	"{\"a\":{\"b\":{\"c\":1}},\"b\":{\"d\":2}}", "--"},
    {"what is true",
	"{{#a}}a{{/a}}{{#b}}b{{/b}}{{#c}}c{{/c}}{{#d}}d{{/d}}{{#e}}e{{/e}}",
	"{\"a\":true,\"b\":1,\"c\":\"0\",\"d\":{},\"e\":0.5}", "abcde"},
    {"what is not",
	"{{#a}}a{{/a}}{{#b}}b{{/b}}{{#c}}c{{/c}}{{#d}}d{{/d}}{{#e}}e{{/e}}"
	"{{#f}}f{{/f}}",
	"{\"a\":false,\"b\":0,\"c\":\"\",\"d\":[],\"e\":null}", ""},
    {"inverted",
	"{{^a}}a{{/a}}{{^b}}b{{/b}}{{^c}}c{{/c}}{{^d}}d{{/d}}{{^e}}e{{/e}}"
	"{{^f}}f{{/f}}{{^g}}g{{/g}}",
	"{\"a\":false,\"b\":0,\"c\":\"\",\"d\":[],\"e\":null,\"g\":1}",
	"abcdef"},
    {"an empty section", "a{{#b}}{{/b}}c{{^b}}{{/b}}d", "{\"b\":1}", "acd"},

    {"a partial", "{{>hi}}{{> hi }}", "{\"name\":\"<\"}", "Hi &lt;\nHi &lt;\n"},
    {"comments", "a{{! b }}c{{!\n{{d}}", "{\"d\":1}", "ac"},
    {"a tag alone on its line", "a\n  {{#b}}\n  x\n\t{{/b}} \r\ny\n",
	"{\"b\":1}", "a\n  x\ny\n"},
    {"two tags on a line", "{{#b}} {{/b}}\n", "{\"b\":1}", " \n"},
    {"a value alone on its line", " {{b}} \n", "{\"b\":1}", " 1 \n"},
    {"a tag alone at the end", "a\n {{! b }}", "{}", "a\n"},

    {"not closed", "a\n{{b", "{}", "!t.html line 2: a tag is not closed"},
    {"closed on another line", "{{b\n}}", "{}",
	"!t.html line 1: a tag is not closed"},
    {"comment not closed", "\n\n{{! b", "{}",
	"!t.html line 3: a tag is not closed"},
    {"no name", "{{}}", "{}", "!t.html line 1: {{}} names nothing"},
    {"no name in a section", "{{# }}", "{}",
	"!t.html line 1: {{}} names nothing"},
    {"three braces", "{{{a}}}", "{}",
	"!t.html line 1: {{{a}} names nothing; there is {{raw html:name}}"},
    {"the short raw", "{{&a}}", "{}", "!t.html line 1: {{&a}} names nothing"},
    {"other delimiters", "{{=<% %>=}}", "{}",
	"!t.html line 1: {{=<% %>=}} names nothing"},
    {"bad names", "x{{a..b}}", "{}", "!t.html line 1: {{a..b}} names nothing"},
    {"a dot at the end", "{{a.}}", "{}",
	"!t.html line 1: {{a.}} names nothing"},
    {"a dot at the start", "{{.a}}", "{}",
	"!t.html line 1: {{.a}} names nothing"},
    {"a path", "{{>../x}}", "{}", "!t.html line 1: {{../x}} names nothing"},
    {"closes nothing", "a\n\n{{/b}}", "{}",
	"!t.html line 3: {{/b}} closes nothing"},
    {"closes another", "{{#a}}\n{{^b}}\n{{/a}}", "{}",
	"!t.html line 3: {{/a}} closes {{#b}} of line 2"},
    {"a section is not closed", "\n{{#a}}\n\n", "{}",
	"!t.html line 2: {{#a}} is not closed"},
    {"lines behind a comment", "{{! a\nb\n}}\n{{/c}}", "{}",
	"!t.html line 4: {{/c}} closes nothing"},
    {"no such partial", "\n{{>no}}", "{}",
	"!there is no template partials/no.html, for t.html line 2: {{>no}}"},
    {"not asked for", "a{{#b}}{{>no}}{{/b}}", "{}", "a"},
    {"a partial in itself", "{{>on}}", "{}",
	"!partials/on.html line 1: partials nest deeper than 8"},
    {"not UTF-8", "a\xff", "{}", "!t.html line 1: the file is not UTF-8 text"},
};

static void
test_rows(void)
{
	struct buf out;
	buf_init(&out, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct row *r = &rows[i];
		buf_reset(&out);
		fill(r->text, r->json, &out);
		bool same = out.len == strlen(r->page) &&
		    unit_same(buf_cstr(&out), r->page);
		UNIT_ROW(same, r->name);
		if (!same)
			printf("    got: %s\n", buf_cstr(&out));
	}
	buf_clear(&out);
}

static void
test_nesting(void)
{
	struct buf text, out;
	buf_init(&text, BUF_SMALL);
	buf_init(&out, BUF_SMALL);
	for (int depth = 16; depth <= 17; depth++) {
		buf_reset(&text);
		buf_reset(&out);
		for (int i = 0; i < depth; i++)
			buf_str(&text, "{{#a}}");
		buf_str(&text, "x");
		for (int i = 0; i < depth; i++)
			buf_str(&text, "{{/a}}");
		fill(buf_cstr(&text), "{\"a\":1}", &out);
		CU_ASSERT(unit_same(buf_cstr(&out),
		    depth == 16
			? "x"
			: "!t.html line 1: sections nest deeper than 16"));
	}
	buf_clear(&text);
	buf_clear(&out);
}

/* Sections around a partial that has sections around the next one, as deep
 * as both may go: the stack holds them. */
static void
test_deepest(void)
{
	struct template_set *set = template_set_new(NULL);
	struct json_object *data = json_parse("{\"a\":1}", 7, NULL);
	struct buf text, out, why;
	buf_init(&text, BUF_SMALL);
	buf_init(&out, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	bool ok = true;
	for (int level = 0; level <= 8; level++) {
		char name[32];
		snprintf(name, sizeof(name), "partials/p%d.html", level);
		buf_reset(&text);
		for (int i = 0; i < 16; i++)
			buf_str(&text, "{{#a}}");
		if (level < 8)
			buf_fmt(&text, "{{>p%d}}", level + 1);
		else
			buf_str(&text, "deep");
		for (int i = 0; i < 16; i++)
			buf_str(&text, "{{/a}}");
		ok = ok &&
		    template_add(set, name, buf_cstr(&text), text.len, &why);
	}
	CU_ASSERT(ok &&
	    template_render(set, "partials/p0.html", data, NULL, &out, &why) &&
	    unit_same(buf_cstr(&out), "deep"));
	CU_ASSERT(ok && template_add(set, "t", "{{>p0}}", 7, &why) &&
	    !template_render(set, "t", data, NULL, &out, &why) &&
	    strstr(buf_cstr(&why), "partials nest deeper") != NULL);
	buf_clear(&text);
	buf_clear(&out);
	buf_clear(&why);
	json_object_put(data);
	template_set_free(set);
}

static void
test_name_length(void)
{
	char text[80], name[65];
	struct buf out;
	buf_init(&out, BUF_SMALL);
	for (size_t len = 63; len <= 64; len++) {
		memset(name, 'n', len);
		name[len] = '\0';
		snprintf(text, sizeof(text), "-{{%s}}-", name);
		buf_reset(&out);
		fill(text, "{}", &out);
		CU_ASSERT((strcmp(buf_cstr(&out), "--") == 0) == (len == 63));
	}
	buf_clear(&out);
}

static void
test_ceiling(void)
{
	struct template_set *set = template_set_new(NULL);
	struct json_object *data = json_parse("{\"a\":[1,2,3,4]}", 15, NULL);
	struct buf out, why;
	buf_init(&out, 8);
	buf_init(&why, BUF_SMALL);
	static const char text[] = "\n{{#a}}\nabc\n{{/a}}";
	CU_ASSERT(template_add(set, "t", text, strlen(text), &why));
	CU_ASSERT(!template_render(set, "t", data, NULL, &out, &why));
	CU_ASSERT(
	    unit_same(buf_cstr(&why), "t: the page is larger than 8 bytes"));
	buf_clear(&out);
	buf_clear(&why);
	json_object_put(data);
	template_set_free(set);
}

/* A NUL in a file would hide what follows it. */
static void
test_nul(void)
{
	struct template_set *set = template_set_new(NULL);
	struct buf why;
	buf_init(&why, BUF_SMALL);
	CU_ASSERT(!template_add(set, "t", "a\0b", 3, &why));
	CU_ASSERT(!template_render(set, "t", NULL, NULL, &why, &why));
	buf_clear(&why);
	template_set_free(set);
}

static void
put_file(const char *dir, const char *name, const char *text)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	CU_ASSERT_FATAL(f != NULL);
	fputs(text, f);
	fclose(f);
}

/* Files are read when they are first needed; one that could not be read or
 * parsed is tried again. */
static void
test_files(void)
{
	char dir[] = "/tmp/keywheel-template-XXXXXX";
	char path[128];
	CU_ASSERT_FATAL(mkdtemp(dir) != NULL);
	struct template_set *set = template_set_new(dir);
	struct buf out, why;
	buf_init(&out, BUF_SMALL);
	buf_init(&why, BUF_SMALL);

	CU_ASSERT(!template_render(set, "a.html", NULL, NULL, &out, &why));
	CU_ASSERT(strstr(buf_cstr(&why), "a.html") != NULL);
	put_file(dir, "a.html", "\n{{#x}}");
	buf_reset(&why);
	CU_ASSERT(!template_render(set, "a.html", NULL, NULL, &out, &why));
	CU_ASSERT(
	    unit_same(buf_cstr(&why), "a.html line 2: {{#x}} is not closed"));
	put_file(dir, "a.html", "good{{x}}");
	CU_ASSERT(template_render(set, "a.html", NULL, NULL, &out, &why));
	put_file(dir, "a.html", "later");
	CU_ASSERT(template_render(set, "a.html", NULL, NULL, &out, &why));
	CU_ASSERT(unit_same(buf_cstr(&out), "goodgood"));

	snprintf(path, sizeof(path), "%s/a.html", dir);
	unlink(path);
	rmdir(dir);
	buf_clear(&out);
	buf_clear(&why);
	template_set_free(set);
}

/* --- a reader ------------------------------------------------------------ */

static const char *
say_backwards(void *ctx, const char *one, const char *many, int64_t n)
{
	*(int64_t *)ctx = n;
	if (many != NULL)
		return n == 1 ? "<i>$n</i> eno" : "<i>$n</i> ynam";
	return strcmp(one, "ab") == 0 ? "b<a" : one;
}

static void
tell_form(void *ctx, const char *utc, enum zone_form form, struct buf *out)
{
	(void)ctx;
	buf_fmt(out, "<%s %d>", utc, (int)form);
}

static void
test_reader(void)
{
	int64_t asked = 0;
	const struct template_reader reader = {
	    &asked, say_backwards, tell_form};
	struct template_set *set = template_set_new(NULL);
	static const char json[] = "{\"n\":\"1,234\",\"m\":\"ab\","
				   "\"t\":\"now\"}";
	static const char text[] = "{{_ ab}} {{_ $n x|$n y}} {{_=m}} {{@+t}}";
	struct json_object *data = json_parse(json, strlen(json), NULL);
	struct buf out, why;
	buf_init(&out, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	CU_ASSERT(template_add(set, "t", text, strlen(text), &why));
	CU_ASSERT(template_render(set, "t", data, &reader, &out, &why));
	CU_ASSERT(unit_same(buf_cstr(&out),
	    "b<a <i>1,234</i> ynam b&lt;a "
	    "<time datetime=\"now\" title=\"&lt;now 2&gt;\">"
	    "&lt;now 1&gt;</time>"));
	buf_clear(&out);
	buf_clear(&why);
	json_object_put(data);
	template_set_free(set);
}

static CU_TestInfo tests[] = {
    {"tags, escaping, sections, mistakes", test_rows},
    {"sections nest 16 deep", test_nesting},
    {"sections and partials at their deepest", test_deepest},
    {"names have up to 63 bytes", test_name_length},
    {"a page has a ceiling", test_ceiling},
    {"a NUL is refused", test_nul},
    {"files", test_files},
    {"a reader's language and zone", test_reader},
    CU_TEST_INFO_NULL,
};

struct unit_suite template_suite = {"web/template", tests};
