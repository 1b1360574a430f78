/* WAV files (RIFF) of 16-bit samples: their header, and reading one that
 * arrives in pieces. */
#ifndef KEYWHEEL_PROTOCOL_WAV_H
#define KEYWHEEL_PROTOCOL_WAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

#define WAV_HEADER_SIZE 44
#define WAV_MAX_RATE 192000
#define WAV_MAX_CHANNELS 2

/* What samples sound like: 16 bits each, signed, little-endian. */
struct wav_sound {
	int rate; /* per second; 0: not known */
	int channels;
};

/* Bytes of one sample of all channels. */
size_t wav_frame(const struct wav_sound *sound);

/* May sound be like that at all? */
bool wav_sound_ok(const struct wav_sound *sound);

/* The header in front of so many bytes of samples; UINT32_MAX: nobody knows
 * how many will come, which is what a stream says. */
void wav_header(const struct wav_sound *sound, uint32_t bytes,
    uint8_t header[WAV_HEADER_SIZE]);

/* Do the bytes begin like a WAV file? */
bool wav_is(const void *bytes, size_t len);

/* Taking one apart. Zero-initialised = nothing read yet. */
struct wav_reader {
	enum { WAV_FILE, WAV_CHUNK, WAV_FORMAT, WAV_SKIP, WAV_DATA } at;
	uint8_t head[20]; /* what is not complete yet */
	size_t n_head;
	uint64_t left;          /* bytes of the chunk that are to come */
	struct wav_sound sound; /* as soon as it is known */
};

/* The next bytes; the samples among them are appended to out, as they are.
 * False if it is no WAV file, or none of 16-bit samples. */
MUSTCHECK bool wav_read(
    struct wav_reader *r, const uint8_t *bytes, size_t len, struct buf *out);

#endif
