use super::*;
use proptest::prelude::*;

const NOTICE: &str = "关于印发《南通市加快第三代半导体产业发展实施方案》的通知\r\n\r\n各县（市）、区人民政府：\r\n　　为推动产业高质量发展，制定本方案。";
const TITLE: &str = "實施意見通知";

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding.encode(text);
    assert!(!unmappable);
    bytes.into_owned()
}

fn utf_16(text: &str, big_endian: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn assert_read(bytes: &[u8], declared: Option<&str>, encoding: &str, text: &str) {
    let decoded = decode(bytes, declared).unwrap();
    assert_eq!((decoded.encoding, decoded.text.as_ref(), decoded.damaged), (encoding, text, 0));
}

#[test]
fn utf_8_is_passed_through_with_its_mark() {
    for text in ["\u{feff}通知\r\n", "plain", "", "é", NOTICE, "page\u{c}break \u{1b}[0m"] {
        assert!(matches!(decode(text.as_bytes(), Some("gb2312")).unwrap().text, Cow::Borrowed(same) if same == text));
    }
}

#[test]
fn chinese_encodings_are_told_apart_without_a_declaration() {
    assert_read(&encoded(NOTICE, GB18030), None, "GB18030", NOTICE);
    assert_read(&encoded(TITLE, BIG5), None, "Big5", TITLE);
    assert_read(&encoded(TITLE, GB18030), None, "GB18030", TITLE);
    assert_read(&encoded("实施意见通知", GB18030), None, "GB18030", "实施意见通知");
}

#[test]
fn four_byte_characters_of_gb18030_are_read() {
    let text = format!("{NOTICE}㐂𠀀镕");
    assert_read(&encoded(&text, GB18030), Some("gb2312"), "GB18030", &text);
}

#[test]
fn utf_16_is_read_with_and_without_its_mark() {
    for (big_endian, name) in [(false, "UTF-16LE"), (true, "UTF-16BE")] {
        for text in [NOTICE, TITLE, "Notice on semiconductors\r\n", "一是"] {
            assert_read(&utf_16(&format!("\u{feff}{text}"), big_endian), None, name, text);
            if text != "一是" {
                assert_read(&utf_16(text, big_endian), None, name, text);
            }
        }
    }
}

#[test]
fn a_wrong_declaration_loses_to_the_evidence() {
    assert_read(&encoded(TITLE, BIG5), Some("gb2312"), "Big5", TITLE);
    assert_read(&encoded(NOTICE, GB18030), Some("utf-8"), "GB18030", NOTICE);
    assert_read(&encoded(NOTICE, GB18030), Some("iso-8859-1"), "GB18030", NOTICE);
    assert_read(&encoded(NOTICE, GB18030), Some("no such label"), "GB18030", NOTICE);
}

#[test]
fn a_declaration_decides_where_the_bytes_do_not() {
    assert_read(b"caf\xe9 r\xe9sum\xe9", Some("iso-8859-1"), "windows-1252", "café résumé");
    assert!(matches!(decode(b"caf\xe9 r\xe9sum\xe9", None), Err(DecodeError::Unknown { offset: 3 })));
    let rare = encoded("彳亍魑魅", GB18030);
    assert!(decode(&rare, None).is_err());
    assert_read(&rare, Some("GBK"), "GB18030", "彳亍魑魅");
}

#[test]
fn binary_files_are_refused() {
    for (bytes, offset) in [
        (b"PK\x03\x04abc".as_slice(), 0),
        (b"\x89PNG\r\n", 0),
        (b"%PDF-1.4\n", 0),
        (b"abc\0def", 3),
        (b"\x01\x02\x03\x04abc", 0),
        (b"ab\xff\xfe\0\x01\x02", 4),
        (b"\xff\xfea\0\0\0b\0", 4),
    ] {
        assert_eq!(decode(bytes, None).unwrap_err(), DecodeError::Binary { offset }, "{bytes:?}");
    }
}

#[test]
fn what_no_encoding_reads_is_refused_with_the_first_bad_byte() {
    let error = decode(b"ab\xffcd", None).unwrap_err();
    assert_eq!(error.to_string(), "no known encoding (UTF-8, UTF-16, GB18030, Big5): bad byte at offset 2");
}

#[test]
fn a_few_bad_bytes_are_counted_and_many_refused() {
    for (mut bytes, encoding) in
        [(NOTICE.repeat(50).into_bytes(), "UTF-8"), (encoded(&NOTICE.repeat(50), GB18030), "GB18030")]
    {
        let place = bytes.iter().rposition(|&byte| byte == b'\n').unwrap();
        bytes[place] = 0xff;
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!((decoded.encoding, decoded.damaged), (encoding, 1));
        assert_eq!(decoded.text.matches('\u{fffd}').count(), 1);
        for byte in bytes.iter_mut().filter(|byte| **byte == b'\n') {
            *byte = 0xff;
        }
        assert!(matches!(decode(&bytes, None), Err(DecodeError::Unknown { .. })));
    }
}

#[test]
fn damaged_utf_8_need_not_be_chinese() {
    let mut bytes = "Décret relatif à l’énergie, après délibération. ".repeat(40).into_bytes();
    bytes[0] = 0xff;
    assert_eq!(decode(&bytes, None).unwrap().damaged, 1);
}

#[test]
fn a_character_cut_off_at_the_end_is_the_only_damage_of_a_short_text() {
    let utf_8 = &"实施意见".as_bytes()[..11];
    let gb18030 = &encoded("实施意见", GB18030)[..7];
    for bytes in [utf_8, gb18030] {
        let decoded = decode(bytes, None).unwrap();
        assert_eq!((decoded.text.as_ref(), decoded.damaged), ("实施意\u{fffd}", 1));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), declared in prop::option::of(prop::sample::select(vec!["gbk", "big5", "utf-16", "shift_jis", "?"]))) {
        let once = decode(&bytes, declared);
        prop_assert_eq!(&once, &decode(&bytes, declared));
        if let Ok(decoded) = once {
            prop_assert!(!decoded.text.contains('\0'));
        }
    }

    #[test]
    fn mutated_text_is_decoded_or_refused(at in 0usize..150, byte in any::<u8>(), which in 0usize..4) {
        let mut bytes = match which {
            0 => NOTICE.as_bytes().to_vec(),
            1 => encoded(NOTICE, GB18030),
            2 => encoded(TITLE, BIG5),
            _ => utf_16(NOTICE, false),
        };
        let at = at % bytes.len();
        bytes[at] = byte;
        prop_assert_eq!(decode(&bytes, None), decode(&bytes, None));
    }
}
