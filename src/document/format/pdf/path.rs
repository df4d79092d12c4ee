//! The lines of a drawn path: those that could rule a table.

use super::glyphs::Rule;
use super::limit::MAX_RULES;
use kurbo::{Affine, Point};

/// A rectangle thinner than this (points) is a line, and a line shorter than this is a dot.
const THIN: f64 = 3.0;

/// A path before it is painted, in the coordinates of the page.
#[derive(Default)]
pub(super) struct Path {
    at: Point,
    start: Point,
    lines: Vec<(Point, Point)>,
    /// Opposite corners.
    rectangles: Vec<(Point, Point)>,
}

impl Path {
    pub(super) fn move_to(&mut self, to: Point) {
        (self.at, self.start) = (to, to);
    }

    pub(super) fn line_to(&mut self, ctm: Affine, to: Point) {
        if self.lines.len() < MAX_RULES {
            self.lines.push((ctm * self.at, ctm * to));
        }
        self.at = to;
    }

    pub(super) fn close(&mut self, ctm: Affine) {
        self.line_to(ctm, self.start);
    }

    /// Curves rule nothing.
    pub(super) fn curve_to(&mut self, to: Point) {
        self.at = to;
    }

    pub(super) fn rectangle(&mut self, ctm: Affine, from: Point, to: Point) {
        if self.rectangles.len() < MAX_RULES {
            self.rectangles.push((ctm * from, ctm * to));
        }
    }

    /// What shows when the path is stroked, or only filled: then thin rectangles alone look like lines.
    pub(super) fn rules(self, stroked: bool) -> impl Iterator<Item = Rule> {
        let mut lines = if stroked { self.lines } else { Vec::new() };
        for (a, b) in self.rectangles {
            let (width, height) = ((a.x - b.x).abs(), (a.y - b.y).abs());
            if width.min(height) < THIN {
                let (x, y) = (a.x.midpoint(b.x), a.y.midpoint(b.y));
                lines.push(if width < height {
                    (Point::new(x, a.y), Point::new(x, b.y))
                } else {
                    (Point::new(a.x, y), Point::new(b.x, y))
                });
            } else if stroked {
                let (c, d) = (Point::new(a.x, b.y), Point::new(b.x, a.y));
                lines.extend([(a, c), (c, b), (b, d), (d, a)]);
            }
        }
        lines.into_iter().filter_map(|(a, b)| {
            let (width, height) = ((a.x - b.x).abs(), (a.y - b.y).abs());
            let straight = width.min(height) < 1.0 && width.max(height) > THIN && width.max(height).is_finite();
            let rule = Rule { x0: a.x.min(b.x), y0: a.y.min(b.y), x1: a.x.max(b.x), y1: a.y.max(b.y) };
            straight.then_some(rule)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thin_rectangles_and_stroked_lines_are_rules_and_shading_is_none() {
        let drawn = |stroked| {
            let mut path = Path::default();
            path.rectangle(Affine::IDENTITY, Point::new(0.0, 0.0), Point::new(200.0, 1.0));
            path.rectangle(Affine::IDENTITY, Point::new(0.0, 0.0), Point::new(200.0, 50.0));
            path.move_to(Point::new(0.0, 9.0));
            path.line_to(Affine::IDENTITY, Point::new(0.0, 99.0));
            path.line_to(Affine::IDENTITY, Point::new(50.0, 50.0));
            path.rules(stroked).count()
        };
        assert_eq!(drawn(false), 1);
        // The thin one, four edges, the upright line; not the slanted one.
        assert_eq!(drawn(true), 6);
    }
}
