/* AAC in ADTS over VisualOn's encoder (vo-aacenc/voAAC.h), which is given
 * samples and asked for frames until it wants more samples. */
#include <stdlib.h>
#include <string.h>
#include <vo-aacenc/cmnMemory.h>
#include <vo-aacenc/voAAC.h>

#include "base/attr.h"
#include "sound/encoder_parts.h"

#define BITS_PER_SECOND 64000 /* of each channel */
#define FRAME 1024            /* samples of a channel in a frame */

/* More than a frame can have: 768 bytes for each channel, and the header. */
#define FRAME_BYTES 2048

/* The library's own way to memory, which it wants to be told of. */
static VO_MEM_OPERATOR memory = {
    .Alloc = cmnMemAlloc,
    .Copy = cmnMemCopy,
    .Free = cmnMemFree,
    .Set = cmnMemSet,
    .Check = cmnMemCheck,
};

struct aac {
	VO_AUDIO_CODECAPI api;
	VO_HANDLE handle;
	int channels;
	size_t pending; /* samples of a frame that is not full */
};

static void
aac_close(void *state)
{
	struct aac *a = state;
	if (a->handle != NULL)
		a->api.Uninit(a->handle);
	free(a);
}

static void *
aac_open(enum speech_form form, const struct wav_sound *sound)
{
	AACENC_PARAM param = {
	    .sampleRate = sound->rate,
	    .bitRate = BITS_PER_SECOND * sound->channels,
	    .nChannels = (short)sound->channels,
	    .adtsUsed = 1,
	};
	VO_CODEC_INIT_USERDATA user = {
	    .memflag = VO_IMF_USERMEMOPERATOR, .memData = &memory};
	struct aac *a = calloc(1, sizeof(*a));
	(void)form;
	if (a == NULL || voGetAACEncAPI(&a->api) != VO_ERR_NONE ||
	    a->api.Init(&a->handle, VO_AUDIO_CodingAAC, &user) != VO_ERR_NONE) {
		free(a);
		return NULL;
	}
	a->channels = sound->channels;
	if (a->api.SetParam(a->handle, VO_PID_AAC_ENCPARAM, &param) ==
	    VO_ERR_NONE)
		return a;
	aac_close(a);
	return NULL;
}

/* The frames that are full. */
static bool
take_frames(struct aac *a, struct buf *out)
{
	for (;;) {
		uint8_t frame[FRAME_BYTES];
		VO_CODECBUFFER coded = {
		    .Buffer = frame, .Length = sizeof(frame)};
		VO_AUDIO_OUTPUTINFO info = {0};
		VO_U32 result = a->api.GetOutputData(a->handle, &coded, &info);
		if (result == VO_ERR_INPUT_BUFFER_SMALL)
			return true;
		if (result != VO_ERR_NONE)
			return false;
		buf_add(out, frame, coded.Length);
	}
}

static bool
aac_add(void *state, const int16_t *samples, size_t frames, struct buf *out)
{
	struct aac *a = state;
	/* It reads them only, whatever its type says. */
	VO_CODECBUFFER input = {
	    .Buffer = (VO_PBYTE)(uintptr_t)samples,
	    .Length = (VO_U32)(frames * (size_t)a->channels * 2),
	};
	a->pending = (a->pending + frames) % FRAME;
	return a->api.SetInputData(a->handle, &input) == VO_ERR_NONE &&
	    take_frames(a, out);
}

/* The last frame is filled up with silence; one more brings out what the
 * encoder holds back. */
static bool
aac_end(void *state, struct buf *out)
{
	static const int16_t silence[FRAME * WAV_MAX_CHANNELS];
	struct aac *a = state;
	size_t gap = FRAME - a->pending;
	return aac_add(a, silence, gap, out) && aac_add(a, silence, FRAME, out);
}

const struct encoder_kind encoder_aac = {
    .open = aac_open,
    .add = aac_add,
    .end = aac_end,
    .close = aac_close,
};
