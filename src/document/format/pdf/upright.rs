//! Pages whose text runs up or down the paper, and text that runs otherwise than the rest of its page.

use super::glyphs::{Glyph, PageGlyphs, Rule};
use kurbo::{Point, Vec2};

/// A glyph before the page is turned: where it begins and ends, and the font size as a vector along the text.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    pub c: char,
    pub from: Point,
    pub to: Point,
    pub along: Vec2,
    pub size: f64,
    pub artifact: bool,
}

/// Which way a glyph reads: 0 to the right, 1 down, 2 to the left, 3 up; `None` where it is slanted, as watermarks are.
fn quarter(along: Vec2) -> Option<usize> {
    const SLANT: f64 = 0.05;
    let (x, y) = (along.x.abs(), along.y.abs());
    if y <= SLANT * x {
        Some(if along.x > 0.0 { 0 } else { 2 })
    } else if x <= SLANT * y {
        Some(if along.y > 0.0 { 1 } else { 3 })
    } else {
        None
    }
}

/// Turns the page so that most of its text reads to the right, and drops what then does not: stamps on the edge,
/// watermarks.
pub(super) fn turn_upright(page: &mut PageGlyphs, placed: &[Placed]) {
    let mut votes = [0_usize; 4];
    for way in placed.iter().filter_map(|glyph| quarter(glyph.along)) {
        votes[way] += 1;
    }
    let way = (1..4).fold(0, |best, way| if votes[way] > votes[best] { way } else { best });
    let (width, height) = (page.width, page.height);
    let turn = |point: Point| match way {
        0 => point,
        1 => Point::new(point.y, width - point.x),
        2 => Point::new(width - point.x, height - point.y),
        _ => Point::new(height - point.y, point.x),
    };
    if way % 2 == 1 {
        (page.width, page.height) = (height, width);
    }
    for glyph in placed.iter().filter(|glyph| quarter(glyph.along) == Some(way)) {
        let (from, to) = (turn(glyph.from), turn(glyph.to));
        page.glyphs.push(Glyph {
            c: glyph.c,
            x0: from.x.min(to.x),
            x1: from.x.max(to.x),
            y: from.y,
            size: glyph.size,
            artifact: glyph.artifact,
        });
    }
    for rule in &mut page.rules {
        let (a, b) = (turn(Point::new(rule.x0, rule.y0)), turn(Point::new(rule.x1, rule.y1)));
        *rule = Rule { x0: a.x.min(b.x), y0: a.y.min(b.y), x1: a.x.max(b.x), y1: a.y.max(b.y) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(c: char, from: (f64, f64), along: (f64, f64)) -> Placed {
        let (from, along) = (Point::from(from), Vec2::from(along));
        Placed { c, from, to: from + along, along, size: 10.0, artifact: false }
    }

    #[test]
    fn a_page_is_turned_the_way_most_of_its_text_reads() {
        let mut page = PageGlyphs { width: 600.0, height: 800.0, ..PageGlyphs::default() };
        // Up the left edge, the second character above the first; one on its side, one slanted.
        let glyphs = [
            placed('a', (100.0, 700.0), (0.0, -10.0)),
            placed('b', (100.0, 690.0), (0.0, -10.0)),
            placed('c', (5.0, 5.0), (10.0, 0.0)),
            placed('d', (50.0, 50.0), (7.0, -7.0)),
        ];
        turn_upright(&mut page, &glyphs);
        let found: Vec<(char, f64, f64, f64)> =
            page.glyphs.iter().map(|glyph| (glyph.c, glyph.x0, glyph.x1, glyph.y)).collect();
        assert_eq!(found, [('a', 100.0, 110.0, 100.0), ('b', 110.0, 120.0, 100.0)]);
        assert_eq!((page.width, page.height), (800.0, 600.0));
    }
}
