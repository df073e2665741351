#!/bin/sh
# Record the questions of the slow tests anew (Debian: espeak-ng opus-tools).
set -eu
cd "$(dirname "$0")/recordings"

record() {
  espeak-ng -v "$2" -s 130 --stdout "$3" |
    opusenc --quiet --bitrate 12 --downmix-mono --framesize 60 - "$1.ogg"
}

record leader en-us 'Who leads the Economic Cooperation Office for Overseas Koreans?'
record founding en-us 'When was the office established?'
record thanks en-us 'Thank you very much.'
record german de 'Wer leitet das Büro für wirtschaftliche Zusammenarbeit, und wann wurde es gegründet?'
