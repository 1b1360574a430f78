/* protocol/media_type: names, endings and first bytes. */
#include "protocol/media_type.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

static void
test_read(void)
{
	static const struct {
		const char *text, *name;
	} rows[] = {
	    {"image/png", "image/png"},
	    {"IMAGE/PNG", "image/png"},
	    {" image/png ", "image/png"},
	    {"image/png; charset=x", "image/png"},
	    {"image/png;q=1", "image/png"},
	    {"image/jpg", "image/jpeg"},
	    {"image/svg+xml", "image/svg+xml"},
	    {"image/*", ""},
	    {"*/*", ""},
	    {"image", ""},
	    {"image/png/x", ""},
	    {"", ""},
	    {";charset=utf-8", ""},
	    {"application/octet-stream", ""},
	    {"binary/octet-stream", ""},
	    {"application/pdf", "application/pdf"},
	    {"application/x-pdf", "application/pdf"},
	    {"audio/x-wav", "audio/wav"},
	    {"audio/mpeg", "audio/mpeg"},
	    {"video/mov", "video/quicktime"},
	    {"text/csv", "text/csv"},
	    {"text/x-c", "text/plain"},
	    {"application/javascript", "text/javascript"},
	    {"application/zip", "application/zip"},
	    {"image/p\"ng", ""},
	    {"image/\xc3\xa4", ""},
	    {"application/vnd.openxmlformats-officedocument."
	     "wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument."
		"wordprocessingml.document"},
	    {"application/vnd.openxmlformats-officedocument."
	     "wordprocessingml.document.and.more",
		""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char name[MEDIA_TYPE_SIZE];
		media_type_read(rows[i].text, strlen(rows[i].text), name);
		UNIT_ROW(unit_same(name, rows[i].name) == 1, rows[i].text);
	}
}

static void
test_kinds(void)
{
	static const struct {
		const char *name;
		int kind;
		bool by_url;
	} rows[] = {
	    {"image/png", MEDIA_IMAGE, true},
	    {"image/gif", MEDIA_IMAGE, false},
	    {"image/x-new", MEDIA_IMAGE, false},
	    {"audio/wav", MEDIA_AUDIO, false},
	    {"video/mp4", MEDIA_VIDEO, true},
	    {"application/pdf", MEDIA_PDF, true},
	    {"application/json", MEDIA_TEXT, true},
	    {"text/plain", MEDIA_TEXT, true},
	    {"application/zip", 0, false},
	    {"model/gltf", 0, false},
	    {"", 0, false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		UNIT_ROW(media_type_kind(rows[i].name) == rows[i].kind,
		    rows[i].name);
		UNIT_ROW(media_type_by_url(rows[i].name) == rows[i].by_url,
		    rows[i].name);
	}
}

static void
test_of_name(void)
{
	static const struct {
		const char *name, *type;
	} rows[] = {
	    {"a.pdf", "application/pdf"},
	    {"a.b.PDF", "application/pdf"},
	    {"/x/a.jpeg", "image/jpeg"},
	    {"/x/a.png?v=1.gif", "image/png"},
	    {"/x/a.png#b", "image/png"},
	    {"/x.png/a", NULL},
	    {"/x.png/", NULL},
	    {"?a.png", NULL},
	    {".png", "image/png"},
	    {"png", NULL},
	    {"a.", NULL},
	    {"a.exe", NULL},
	    {"a.pn", NULL},
	    {"a.pngs", NULL},
	    {"", NULL},
	    {"a.webm", "video/webm"},
	    {"main.c", "text/plain"},
	    {"a.md", "text/markdown"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(unit_same(media_type_of_name(rows[i].name),
			     rows[i].type) == 1,
		    rows[i].name);
}

static void
test_of_format(void)
{
	static const struct {
		const char *word;
		int kinds;
		const char *type;
	} rows[] = {
	    {"wav", MEDIA_AUDIO, "audio/wav"},
	    {"mp3", MEDIA_AUDIO, "audio/mp3"},
	    {"flac", MEDIA_AUDIO, "audio/flac"},
	    {"ogg", MEDIA_AUDIO, "audio/ogg"},
	    {"aac", MEDIA_AUDIO, "audio/aac"},
	    {"aiff", MEDIA_AUDIO, "audio/aiff"},
	    {"m4a", MEDIA_AUDIO, "audio/m4a"},
	    {"opus", MEDIA_AUDIO, "audio/opus"},
	    {"webm", MEDIA_AUDIO, "audio/webm"},
	    {"WAV", MEDIA_AUDIO, "audio/wav"},
	    {"webm", MEDIA_VIDEO, "video/webm"},
	    {"mov", MEDIA_VIDEO, "video/quicktime"},
	    {"avi", MEDIA_VIDEO, "video/x-msvideo"},
	    {"mp4", MEDIA_AUDIO, NULL},
	    {"wav mp3", MEDIA_AUDIO, NULL},
	    {"", MEDIA_AUDIO, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(
		    unit_same(media_type_of_format(rows[i].word, rows[i].kinds),
			rows[i].type) == 1,
		    rows[i].word);
}

static void
test_sniff(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *type;
	} rows[] = {
	    {"\x89PNG\r\n\x1a\n....", 12, "image/png"},
	    {"\x89PNG\r\n\x1a", 7, NULL},
	    {"\xff\xd8\xff\xe0....", 8, "image/jpeg"},
	    {"GIF87a..", 8, "image/gif"},
	    {"GIF89a..", 8, "image/gif"},
	    {"GIF88a..", 8, NULL},
	    {"RIFF....WEBPVP8 ", 16, "image/webp"},
	    {"RIFF....WAVEfmt ", 16, "audio/wav"},
	    {"RIFF....AVI LIST", 16, "video/x-msvideo"},
	    {"RIFF....ACON", 12, NULL},
	    {"RIFF....WEB", 11, NULL},
	    {"BM\x10\x27\0\0\0\0\0\0\x36\0", 12, "image/bmp"},
	    {"BM is a text", 12, NULL},
	    {"%PDF-1.7", 8, "application/pdf"},
	    {"....ftypheic", 12, "image/heic"},
	    {"....ftyphevc", 12, "image/heic"},
	    {"....ftypmif1", 12, "image/heif"},
	    {"....ftypmsf1", 12, "image/heif"},
	    {"....ftypavif", 12, "image/avif"},
	    {"....ftypM4A ", 12, "audio/m4a"},
	    {"....ftypqt  ", 12, "video/quicktime"},
	    {"....ftyp3gp4", 12, "video/3gpp"},
	    {"....ftypisom", 12, "video/mp4"},
	    {"....ftypmp42", 12, "video/mp4"},
	    {"....moov", 8, "video/quicktime"},
	    {"\x1a\x45\xdf\xa3....", 8, "video/webm"},
	    {"FLV\x01....", 8, "video/x-flv"},
	    {"\0\0\x01\xba....", 8, "video/mpeg"},
	    {"\x30\x26\xb2\x75....", 8, "video/wmv"},
	    {"ID3\x04", 4, "audio/mp3"},
	    {"\xff\xfb\x90\x64", 4, "audio/mp3"},
	    {"\xff\xf3\x90\x64", 4, "audio/mp3"},
	    {"\xff\xf1\x50\x80", 4, "audio/aac"},
	    {"\xff\xf9\x50\x80", 4, "audio/aac"},
	    {"\xff\xfe"
	     "a",
		3, NULL},
	    {"fLaC\0\0", 6, "audio/flac"},
	    {"OggS\0\x02", 6, "audio/ogg"},
	    {"FORM....AIFF", 12, "audio/aiff"},
	    {"FORM....AIFC", 12, "audio/aiff"},
	    {"FORM....ILBM", 12, NULL},
	    {"<!DOCTYPE html>", 15, "text/html"},
	    {"\xef\xbb\xbf\r\n <HTML>", 12, "text/html"},
	    {"<svg xmlns=\"\">", 14, NULL},
	    {"text", 4, NULL},
	    {"", 0, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(
		    unit_same(media_type_sniff(
				  (const uint8_t *)rows[i].bytes, rows[i].len),
			rows[i].type) == 1,
		    rows[i].bytes);
}

static void
test_believe(void)
{
	static const struct {
		const char *said, *sniffed, *type;
	} rows[] = {
	    {"", NULL, ""},
	    {"image/png", NULL, "image/png"},
	    {"", "image/png", "image/png"},
	    {"image/png", "image/jpeg", "image/jpeg"},
	    {"text/plain", "image/jpeg", "image/jpeg"},
	    {"application/zip", "image/jpeg", "image/jpeg"},
	    {"image/png", "text/html", "text/html"},
	    {"application/pdf", "text/html", "text/html"},
	    {"image/png", "application/pdf", "application/pdf"},
	    {"audio/webm", "video/webm", "audio/webm"},
	    {"audio/mpeg", "audio/mp3", "audio/mpeg"},
	    {"audio/mp4", "video/mp4", "audio/mp4"},
	    {"audio/wav", "text/html", "text/html"},
	    {"text/css", "text/html", "text/css"},
	    {"application/zip", "text/html", "text/html"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(
		    unit_same(media_type_believe(rows[i].said, rows[i].sniffed),
			rows[i].type) == 1,
		    rows[i].type);
}

static CU_TestInfo tests[] = {
    {"what is said", test_read},
    {"kinds", test_kinds},
    {"endings", test_of_name},
    {"formats", test_of_format},
    {"first bytes", test_sniff},
    {"word against bytes", test_believe},
    CU_TEST_INFO_NULL,
};

struct unit_suite media_type_suite = {"protocol/media_type", tests};
