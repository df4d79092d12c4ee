//! Numbers as the number formats of Word write them.

/// Writes `number` in the format of that name; a format that is not known here writes it in decimal digits, as does one
/// that has no sign for it (① ends at 50).
pub(super) fn numeral(number: u32, format: &str) -> String {
    let special = match format {
        "decimalZero" => Some(format!("{number:02}")),
        "decimalFullWidth" | "decimalFullWidth2" => Some(digits(number, "０１２３４５６７８９")),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).map(|roman| roman.to_lowercase()),
        "upperLetter" => letters(number, b'A'),
        "lowerLetter" => letters(number, b'a'),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => circled(number),
        "decimalEnclosedParen" => sign(number, '\u{2474}', 20),
        "decimalEnclosedFullstop" => sign(number, '\u{2488}', 20),
        "numberInDash" => Some(format!("- {number} -")),
        "none" => Some(String::new()),
        // The first counts in tens up to 99 and digit by digit from 100.
        "chineseCounting" | "taiwaneseCounting" if number > 99 => Some(digits(number, "○一二三四五六七八九")),
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand" => chinese(number, "零一二三四五六七八九", ["", "十", "百", "千"]),
        "chineseLegalSimplified" => chinese(number, "零壹贰叁肆伍陆柒捌玖", ["", "拾", "佰", "仟"]),
        "ideographLegalTraditional" => chinese(number, "零壹貳參肆伍陸柒捌玖", ["", "拾", "佰", "仟"]),
        "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital" => {
            Some(digits(number, "○一二三四五六七八九"))
        }
        "ideographTraditional" => nth(number, "甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac" => nth(number, "子丑寅卯辰巳午未申酉戌亥"),
        "ideographEnclosedCircle" => sign(number, '\u{3280}', 10),
        _ => None,
    };
    special.unwrap_or_else(|| number.to_string())
}

fn digits(number: u32, signs: &str) -> String {
    number.to_string().chars().filter_map(|digit| signs.chars().nth(digit.to_digit(10)? as usize)).collect()
}

/// The `number`th of `signs`, from 1.
fn nth(number: u32, signs: &str) -> Option<String> {
    signs.chars().nth(number.checked_sub(1)? as usize).map(String::from)
}

/// The `number`th of `count` signs that follow each other from `first`.
fn sign(number: u32, first: char, count: u32) -> Option<String> {
    (1..=count).contains(&number).then(|| char::from_u32(first as u32 + number - 1).map(String::from))?
}

fn circled(number: u32) -> Option<String> {
    match number {
        0..=20 => sign(number, '①', 20),
        21..=35 => sign(number - 20, '㉑', 15),
        _ => sign(number - 35, '㊱', 15),
    }
}

fn roman(number: u32) -> Option<String> {
    const VALUES: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let (mut rest, mut roman) = ((1..4000).contains(&number).then_some(number)?, String::new());
    for (value, sign) in VALUES {
        while rest >= value {
            rest -= value;
            roman.push_str(sign);
        }
    }
    Some(roman)
}

/// a to z, then aa, bb to zz, then aaa.
fn letters(number: u32, first: u8) -> Option<String> {
    let index = number.checked_sub(1).filter(|&index| index < 26 * 30)?;
    let letter = char::from(first + u8::try_from(index % 26).ok()?);
    Some(letter.to_string().repeat(index as usize / 26 + 1))
}

/// 一, 十, 十一, 二十, 一百零五, 一千二百: up to 9999.
fn chinese(number: u32, signs: &str, units: [&str; 4]) -> Option<String> {
    let sign = |digit: u32| signs.chars().nth(digit as usize);
    if number == 0 {
        return sign(0).map(String::from);
    }
    let (mut chinese, mut gap) = (String::new(), false);
    for (unit, power) in units.iter().zip([1, 10, 100, 1000]).rev() {
        let digit = (number < 10_000).then_some(number / power % 10)?;
        if digit == 0 {
            gap = !chinese.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            chinese.extend(sign(0));
        }
        // 十一, not 一十一, but 壹拾壹.
        if !(*unit == "十" && digit == 1 && chinese.is_empty()) {
            chinese.extend(sign(digit));
        }
        chinese.push_str(unit);
    }
    Some(chinese)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_write_as_word_does() {
        for (number, format, written) in [
            (1, "chineseCountingThousand", "一"),
            (10, "chineseCountingThousand", "十"),
            (11, "chineseCounting", "十一"),
            (20, "chineseCounting", "二十"),
            (105, "chineseCounting", "一○五"),
            (105, "chineseCountingThousand", "一百零五"),
            (110, "chineseCountingThousand", "一百一十"),
            (1010, "chineseCountingThousand", "一千零一十"),
            (2000, "chineseCountingThousand", "二千"),
            (12, "chineseLegalSimplified", "壹拾贰"),
            (3, "ideographTraditional", "丙"),
            (1, "ideographZodiac", "子"),
            (21, "decimalEnclosedCircleChinese", "㉑"),
            (50, "decimalEnclosedCircle", "㊿"),
            (51, "decimalEnclosedCircle", "51"),
            (0, "decimalEnclosedCircle", "0"),
            (2, "decimalEnclosedParen", "⑵"),
            (4, "upperRoman", "IV"),
            (1999, "lowerRoman", "mcmxcix"),
            (28, "lowerLetter", "bb"),
            (7, "decimalZero", "07"),
            (12, "decimalFullWidth", "１２"),
            (3, "unheardOf", "3"),
        ] {
            assert_eq!(numeral(number, format), written, "{number} {format}");
        }
    }

    #[test]
    fn every_number_has_a_short_numeral_in_every_format() {
        for format in [
            "chineseCounting",
            "chineseCountingThousand",
            "chineseLegalSimplified",
            "upperRoman",
            "upperLetter",
            "decimal",
        ] {
            for number in [0, 1, 99, 100, 9999, 10_000, u32::MAX] {
                assert!((1..=50).contains(&numeral(number, format).chars().count()), "{number} {format}");
            }
        }
    }
}
