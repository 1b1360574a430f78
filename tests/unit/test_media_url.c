/* data: URLs, URLs of all kinds, pictures in Markdown, what was fetched. */
#include "protocol/media_url.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/chat_fetch.h"
#include "protocol/data_url.h"
#include "protocol/markdown_image.h"
#include "protocol/media_type.h"
#include "unit.h"

/* The payload of a data URL in quotes; NULL if there is none. */
static bool
has_payload(
    const struct data_url *url, struct json_object *text, const char *expect)
{
	uint8_t head[4];
	size_t head_len = sizeof(head);
	struct buf out;
	buf_init(&out, BUF_SMALL);
	struct json_object *payload =
	    data_url_payload(url, text, head, &head_len);
	if (payload != NULL)
		json_write(&out, payload);
	bool same = payload == NULL ? expect == NULL
				    : expect != NULL &&
		unit_same(buf_cstr(&out), expect) == 1 && head_len > 0;
	json_object_put(payload);
	buf_clear(&out);
	return same;
}

static void
test_data_url(void)
{
	static const struct {
		const char *text;
		const char *type;    /* NULL: no data URL */
		const char *payload; /* NULL: bad data */
	} rows[] = {
	    {"data:image/png;base64,AQID", "image/png", "\"AQID\""},
	    {"DATA:Image/PNG;Base64,AQID", "Image/PNG", "\"AQID\""},
	    {"data:image/png;charset=x;base64,AQ==", "image/png", "\"AQ==\""},
	    {"data:image/png; base64 ,AQ==", "image/png", "\"AQ==\""},
	    {"data:;base64,AQ==", "", "\"AQ==\""},
	    {"data:image/png;base64,AQ", "image/png", "\"AQ==\""},
	    {"data:image/png;base64,A Q\nI D", "image/png", "\"AQID\""},
	    {"data:image/png;base64,_-8", "image/png", "\"/+8=\""},
	    {"data:image/png;base64,%2F%2B8%3D", "image/png", "\"/+8=\""},
	    {"data:image/png;base64,A,B", "image/png", NULL},
	    {"data:image/png;base64,AQIDB", "image/png", NULL},
	    {"data:image/png;base64,%zz", "image/png", NULL},
	    {"data:image/png;base64,!", "image/png", NULL},
	    {"data:image/png;base64,", "image/png", NULL},
	    {"data:image/png;base64, ", "image/png", NULL},
	    {"data:image/png;base64,====", "image/png", NULL},
	    {"data:text/plain,a%20b", "text/plain", "\"YSBi\""},
	    {"data:,abc", "", "\"YWJj\""},
	    {"data:,a,b", "", "\"YSxi\""},
	    {"data:,%2", "", NULL},
	    {"data:,", "", NULL},
	    {"data:a;base64x,YWJj", "a", "\"WVdKag==\""},
	    {"data:image/png;base64", NULL, NULL},
	    {"dat:image/png,AQID", NULL, NULL},
	    {"data", NULL, NULL},
	    {"", NULL, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *text = json_object_new_string(rows[i].text);
		const char *bytes = json_object_get_string(text);
		struct data_url url;
		char type[64] = "";
		bool ok = data_url_split(bytes, strlen(bytes), &url);
		UNIT_ROW(ok == (rows[i].type != NULL), rows[i].text);
		if (ok) {
			snprintf(type, sizeof(type), "%.*s", (int)url.type_len,
			    url.type);
			UNIT_ROW(
			    unit_same(type, rows[i].type) == 1, rows[i].text);
			UNIT_ROW(has_payload(&url, text, rows[i].payload),
			    rows[i].text);
		}
		json_object_put(text);
	}
}

static void
test_kinds_of_url(void)
{
	static const struct {
		const char *text;
		enum media_url kind;
	} rows[] = {
	    {"https://h.example/x.png", MEDIA_URL_PUBLIC},
	    {"https://h.example:8443/x", MEDIA_URL_PUBLIC},
	    {"https://h.example./x", MEDIA_URL_PUBLIC},
	    {"HTTPS://H.EXAMPLE", MEDIA_URL_PUBLIC},
	    {"http://h.example/x", MEDIA_URL_FOREIGN},
	    {"https://localhost/x", MEDIA_URL_FOREIGN},
	    {"https://host/x", MEDIA_URL_FOREIGN},
	    {"https://host./x", MEDIA_URL_FOREIGN},
	    {"https://a.local/x", MEDIA_URL_FOREIGN},
	    {"https://a.b.INTERNAL/x", MEDIA_URL_FOREIGN},
	    {"https://a.local./x", MEDIA_URL_FOREIGN},
	    {"https://a.home.arpa/x", MEDIA_URL_FOREIGN},
	    {"https://alocal.example/x", MEDIA_URL_PUBLIC},
	    {"https://127.0.0.1/x", MEDIA_URL_FOREIGN},
	    {"https://8.8.8.8/x", MEDIA_URL_FOREIGN},
	    {"https://127.1/x", MEDIA_URL_FOREIGN},
	    {"https://0x7f.0.0.0x1/x", MEDIA_URL_FOREIGN},
	    {"https://2130706433/x", MEDIA_URL_FOREIGN},
	    {"https://[::1]/x", MEDIA_URL_FOREIGN},
	    {"https://[2606:4700::1111]/x", MEDIA_URL_FOREIGN},
	    {"https://.../x", MEDIA_URL_FOREIGN},
	    {"https://listed.example/x", MEDIA_URL_FOREIGN},
	    {"https://listed.example:444/x", MEDIA_URL_FOREIGN},
	    {"https://port.example:444/x", MEDIA_URL_FOREIGN},
	    {"https://port.example/x", MEDIA_URL_PUBLIC},
	    {"https://a.below.example/x", MEDIA_URL_FOREIGN},
	    {"https://below.example/x", MEDIA_URL_PUBLIC},
	    {"files/abc-123", MEDIA_URL_FILE},
	    {"file-abc-123", MEDIA_URL_FILE},
	    {"files/", MEDIA_URL_BAD},
	    {"files/../x", MEDIA_URL_BAD},
	    {"https://generativelanguage.googleapis.com/v1beta/files/x",
		MEDIA_URL_FILE},
	    {"https://generativelanguage.googleapis.com/v1beta/models",
		MEDIA_URL_PUBLIC},
	    {"https://generativelanguage.googleapis.com.example/files/x",
		MEDIA_URL_PUBLIC},
	    {"https://www.youtube.com/watch?v=x", MEDIA_URL_YOUTUBE},
	    {"https://youtube.com/watch?v=x", MEDIA_URL_YOUTUBE},
	    {"https://m.youtube.com/shorts/x", MEDIA_URL_YOUTUBE},
	    {"https://www.youtube.com/live/x", MEDIA_URL_YOUTUBE},
	    {"http://youtu.be/x", MEDIA_URL_YOUTUBE},
	    {"https://www.youtube.com/about", MEDIA_URL_PUBLIC},
	    {"https://notyoutube.com/watch?v=x", MEDIA_URL_PUBLIC},
	    {"https://user@h.example/x", MEDIA_URL_BAD},
	    {"https://user:pass@h.example/x", MEDIA_URL_BAD},
	    {"ftp://h.example/x", MEDIA_URL_BAD},
	    {"file:///etc/passwd", MEDIA_URL_BAD},
	    {"gs://bucket/x", MEDIA_URL_BAD},
	    {"//h.example/x", MEDIA_URL_BAD},
	    {"x", MEDIA_URL_BAD},
	    {"", MEDIA_URL_BAD},
	};
	static const char list[] = "[\"listed.example\","
				   "\"port.example:444\",\"*.below.example\"]";
	struct json_object *hosts = json_parse(list, sizeof(list) - 1, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(media_url_kind(rows[i].text, hosts) == rows[i].kind,
		    rows[i].text);
	json_object_put(hosts);
}

struct markdown_row {
	const char *text, *found; /* NULL: nothing */
};

static void
check_markdown(const struct markdown_row *row, bool links)
{
	struct markdown_image image;
	char found[128];
	const char *text = row->text;
	bool ok = markdown_image_find(text, strlen(text), 0, links, &image);
	if (ok)
		snprintf(found, sizeof(found), "%zu %zu %.*s", image.start,
		    image.end, (int)image.url_len, text + image.url);
	UNIT_ROW(unit_same(ok ? found : NULL, row->found) == 1, text);
}

static void
test_markdown(void)
{
	static const struct markdown_row rows[] = {
	    {"![a](data:image/png;base64,AQID)",
		"0 32 data:image/png;base64,AQID"},
	    {"x ![](data:image/png,A) y", "2 23 data:image/png,A"},
	    {"![a](http://h/x.png) ![b](data:image/png,A)",
		"21 43 data:image/png,A"},
	    {"[a](data:image/png,A)", NULL},
	    {"[a](data:image/png,A) ![b](data:image/png,B)",
		"22 44 data:image/png,B"},
	    {"![a](data:image/png,A", NULL},
	    {"![a](data:text/plain,A)", NULL},
	    {"![a\n](data:image/png,A)", NULL},
	    {"](data:image/png,A)", NULL},
	    {"a](data:image/png,A)", NULL},
	    {"", NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_markdown(&rows[i], false);
}

static void
test_markdown_links(void)
{
	static const struct markdown_row rows[] = {
	    {"![a](http://h/x.png) ![b](data:image/png,A)",
		"0 20 http://h/x.png"},
	    {"x ![a](https://h/x.png) y", "2 23 https://h/x.png"},
	    {"![b](data:image/png,A)", "0 22 data:image/png,A"},
	    {"![a](x.png) ![a](https://h/x)", "12 29 https://h/x"},
	    {"![a](ftp://h/x.png)", NULL},
	    {"[a](https://h/x.png)", NULL},
	    {"![a](https://h/x.png", NULL},
	    {"![a](https:", NULL},
	    {"![a](", NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_markdown(&rows[i], true);
}

static void
test_fetched(void)
{
	static const struct {
		const char *url, *header, *body;
		int kinds;
		const char *type; /* NULL: refused */
	} rows[] = {
	    {"http://h/x", "image/png", "\x89PNG\r\n\x1a\n", MEDIA_SHOWN,
		"image/png"},
	    {"http://h/x", "", "\x89PNG\r\n\x1a\n", MEDIA_SHOWN, "image/png"},
	    {"http://h/x", "text/html", "\x89PNG\r\n\x1a\n", MEDIA_SHOWN,
		"image/png"},
	    {"http://h/x.gif", "", "\x89PNG\r\n\x1a\n", MEDIA_SHOWN,
		"image/png"},
	    {"http://h/x.jpg", "", "?", MEDIA_SHOWN, "image/jpeg"},
	    {"http://h/x", "image/png", "?", MEDIA_SHOWN, "image/png"},
	    {"http://h/x", "", "?", MEDIA_SHOWN, NULL},
	    {"http://h/x.png", "image/png", "<html>", MEDIA_SHOWN, NULL},
	    {"http://h/x.png", "text/html; charset=utf-8", "no", MEDIA_SHOWN,
		NULL},
	    {"http://h/x", "text/html", "<html>", MEDIA_ANY, "text/html"},
	    {"http://h/x.pdf", "image/png", "%PDF-1", MEDIA_ANY,
		"application/pdf"},
	    {"http://h/x", "application/zip", "PK", MEDIA_ANY, NULL},
	    {"http://h/x", "image/png", "", MEDIA_SHOWN, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *part = json_object_new_object();
		struct chat_fetches list = {0};
		struct api_error error = {0};
		struct buf body;
		const struct chat_fetch_wish wish = {
		    rows[i].url, "messages[0]", rows[i].kinds, part, NULL};
		CU_ASSERT_TRUE(chat_fetches_add(&list, &wish, &error));
		buf_init(&body, BUF_SMALL);
		buf_str(&body, rows[i].body);
		struct json_object *data = chat_fetch_make(
		    &list.rows[0], rows[i].header, &body, &error);
		bool ok = data != NULL &&
		    chat_fetch_fill(&list.rows[0], data, &error);
		json_object_put(data);
		const char *type =
		    json_get_text(json_get(part, "inlineData"), "mimeType");
		UNIT_ROW(unit_same(type, rows[i].type) == 1, rows[i].url);
		UNIT_ROW(ok == (rows[i].type != NULL), rows[i].url);
		UNIT_ROW(ok || unit_same(error.code, "invalid_image_url"),
		    rows[i].url);
		UNIT_ROW(
		    ok || unit_same(error.param, "messages[0]"), rows[i].url);
		api_error_clear(&error);
		chat_fetches_clear(&list);
		buf_clear(&body);
		json_object_put(part);
	}
}

/* Those that may fail make room for others, and for who must not. */
static void
test_soft(void)
{
	struct json_object *body = json_object_new_array();
	struct json_object *words = json_object_new_string("words");
	struct chat_fetches list = {0};
	struct api_error error = {0};
	char url[32];
	for (int i = 0; i < 2 * CHAT_FETCH_SOFT_MAX + CHAT_FETCH_MAX; i++) {
		bool soft = i % 2 == 0 && i < 2 * CHAT_FETCH_SOFT_MAX + 2;
		struct json_object *part = json_object_new_object();
		json_object_array_add(body, part);
		snprintf(url, sizeof(url), "http://h/%d", i);
		const struct chat_fetch_wish wish = {
		    url, "messages[0]", MEDIA_SHOWN, part, soft ? words : NULL};
		/* 9 may fail, 23 may not. */
		CU_ASSERT_EQUAL(chat_fetches_add(&list, &wish, &error),
		    i < 2 + CHAT_FETCH_SOFT_MAX + CHAT_FETCH_MAX - 1);
	}
	CU_ASSERT_EQUAL(list.n, CHAT_FETCH_ROWS);
	CU_ASSERT_STRING_EQUAL(
	    json_get_text(json_at(body, 0), "text"), "words");
	CU_ASSERT_PTR_NULL(json_get(json_at(body, 2), "text"));
	CU_ASSERT_STRING_EQUAL(list.rows[0].url, "http://h/1");
	CU_ASSERT_STRING_EQUAL(list.rows[1].url, "http://h/2");
	CU_ASSERT_FALSE(chat_fetch_give_up(&list.rows[0]));
	CU_ASSERT_TRUE(chat_fetch_give_up(&list.rows[1]));
	CU_ASSERT_STRING_EQUAL(
	    json_get_text(json_at(body, 2), "text"), "words");
	api_error_clear(&error);
	chat_fetches_clear(&list);
	json_object_put(body);
	json_object_put(words);
}

static void
test_soft_and_hard(void)
{
	struct json_object *soft = json_object_new_object();
	struct json_object *hard = json_object_new_object();
	struct json_object *words = json_object_new_string("words");
	struct chat_fetches list = {0};
	struct api_error error = {0};
	struct chat_fetch_wish wish = {
	    "http://h/x", "messages[0]", MEDIA_SHOWN, soft, words};
	CU_ASSERT_TRUE(chat_fetches_add(&list, &wish, &error));
	wish.part = hard;
	wish.instead = NULL;
	CU_ASSERT_TRUE(chat_fetches_add(&list, &wish, &error));
	CU_ASSERT_EQUAL(list.n, 1);
	CU_ASSERT_PTR_EQUAL(list.rows[0].part, hard);
	CU_ASSERT_STRING_EQUAL(json_get_text(soft, "text"), "words");
	chat_fetches_clear(&list);
	json_object_put(soft);
	json_object_put(hard);
	json_object_put(words);
}

static CU_TestInfo tests[] = {
    {"data URLs", test_data_url},
    {"who can get at a URL", test_kinds_of_url},
    {"pictures in Markdown", test_markdown},
    {"links to pictures in Markdown", test_markdown_links},
    {"what was fetched", test_fetched},
    {"what may fail makes room", test_soft},
    {"wanted with and without fail", test_soft_and_hard},
    CU_TEST_INFO_NULL,
};

struct unit_suite media_url_suite = {"protocol/media_url", tests};
