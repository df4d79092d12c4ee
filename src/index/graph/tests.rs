use std::fs;

use super::super::dot::dot;
use super::*;

const DIMENSIONS: usize = 32;

/// Unit vectors around so many others, from a small deterministic generator.
fn vectors(count: usize) -> Vec<Vec<f32>> {
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f32 / (1u64 << 31) as f32 - 0.5
    };
    let mut random = |around: Option<&Vec<f32>>| {
        let v: Vec<f32> = (0..DIMENSIONS).map(|i| around.map_or(0.0, |v| 3.0 * v[i]) + next()).collect();
        let norm = dot(&v, &v).sqrt();
        v.into_iter().map(|x| x / norm).collect::<Vec<f32>>()
    };
    let centres: Vec<Vec<f32>> = (0..count.div_ceil(20)).map(|_| random(None)).collect();
    (0..count).map(|i| random(Some(&centres[i % centres.len()]))).collect()
}

/// Vectors as a file of them in `dir`.
fn stored(dir: &Path, vectors: &[Vec<f32>]) -> Rows {
    let path = dir.join("vectors.f32");
    let bytes: Vec<u8> = vectors.iter().flatten().flat_map(|x| x.to_le_bytes()).collect();
    fs::write(&path, bytes).unwrap();
    Rows::open(&path, vectors.len(), 4 * DIMENSIONS).unwrap()
}

fn open(dir: &Path, passages: usize) -> Graph {
    Graph::open(dir, passages, 4 * DIMENSIONS).unwrap()
}

/// The graph of `vectors`, built in `dir`.
fn built(dir: &Path, vectors: &[Vec<f32>]) -> (Graph, Rows) {
    let rows = stored(dir, vectors);
    Graph::build(&Disk::default(), dir, &rows, vectors.len()).unwrap();
    (open(dir, vectors.len()), rows)
}

fn exact(vectors: &[Vec<f32>], query: &[f32], limit: usize, wanted: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..vectors.len()).filter(|row| wanted(*row)).collect();
    rows.sort_by(|&a, &b| dot(query, &vectors[b]).total_cmp(&dot(query, &vectors[a])));
    rows.truncate(limit);
    rows
}

/// How many of the exact `limit` nearest of every query are found, as a share.
fn recall(found: impl Fn(&[f32]) -> Vec<usize>, vectors: &[Vec<f32>], limit: usize) -> f64 {
    let queries: Vec<&Vec<f32>> = vectors.iter().step_by(37).collect();
    let hits = queries.iter().map(|query| {
        let found = found(query);
        exact(vectors, query, limit, |_| true).iter().filter(|row| found.contains(row)).count()
    });
    hits.sum::<usize>() as f64 / (limit * queries.len()) as f64
}

#[test]
fn the_flat_graph_finds_what_hnsw_rs_finds_in_its_own() {
    const LIMIT: usize = 10;
    let dir = tempfile::tempdir().unwrap();
    let vectors = vectors(4000);
    let rows = stored(dir.path(), &vectors);
    let hnsw = build::hnsw(vectors.len(), |row| vectors[row].clone());
    let mut file = RowWriter::create(&Disk::default(), &dir.path().join(LINKS_FILE)).unwrap();
    build::flatten(&hnsw, vectors.len()).write(&mut file).unwrap();
    file.finish().unwrap();
    let (map, layout) = open_links(dir.path()).unwrap();
    let links = layout.links(bytes(&map));
    assert_eq!(links.fault(), None);
    for width in [16, 64, 200] {
        let theirs = |query: &[f32]| hnsw.search(query, LIMIT, width).iter().map(|n| n.d_id).collect::<Vec<usize>>();
        let ours = |query: &[f32]| {
            let found = search(&links, |point| rows.get(point), query, width, |_| true);
            found.iter().take(LIMIT).map(|near| near.point).collect::<Vec<usize>>()
        };
        let same = vectors.iter().step_by(37).filter(|query| theirs(query) == ours(query)).count();
        let queries = vectors.len().div_ceil(37);
        assert!(width < 64 || same * 100 >= queries * 98, "{width}: {same} of {queries} answers are the same");
        let (theirs, ours) = (recall(theirs, &vectors, LIMIT), recall(ours, &vectors, LIMIT));
        assert!(ours >= theirs - 0.005, "{width}: recall {ours} where hnsw_rs has {theirs}");
    }
}

#[test]
fn a_search_finds_the_nearest_of_all_and_of_those_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let vectors = vectors(3000);
    let (graph, rows) = built(dir.path(), &vectors);
    assert_eq!(graph.fault(), None);
    for every in [1, 2, 10, 100] {
        let wanted: RowSet = (0..vectors.len()).step_by(every).collect();
        let (mut hits, mut all) = (0, 0);
        for query in vectors.iter().step_by(29) {
            let found = graph.search(&rows, query, 10, (every > 1).then_some(&wanted));
            assert!(found.iter().all(|(row, _)| wanted.contains(*row)) && found.is_sorted_by(|a, b| a.1 >= b.1));
            let exact = exact(&vectors, query, 10, |row| row % every == 0);
            hits += found.iter().filter(|(row, _)| exact.contains(row)).count();
            all += exact.len();
        }
        assert!(hits * 1000 >= all * 995, "one of {every}: {hits} of {all}");
    }
}

#[test]
fn rows_that_move_are_found_where_they_are_and_those_that_go_no_more() {
    let (first, second, third) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let vectors = vectors(300);
    let (graph, rows) = built(first.path(), &vectors[..290]);
    // Every tenth of the first rows goes; ten new ones stand before all others.
    let moved = |row: usize| (!row.is_multiple_of(10)).then(|| row - row / 10 - 1 + 10);
    let mut now: Vec<Vec<f32>> = vectors[290..].to_vec();
    now.extend((0..290).filter(|row| moved(*row).is_some()).map(|row| vectors[row].clone()));
    let kept = graph.kept(moved, now.len()).unwrap();
    let disk = Disk::default();
    graph.carry_over(&disk, (first.path(), &rows), (second.path(), now.len()), &kept).unwrap();
    let now_rows = stored(second.path(), &now);
    let graph = open(second.path(), now.len());
    assert_eq!((graph.fault(), graph.points()), (None, 290));
    assert!((0..10).all(|row| graph.strays().contains(&row)));
    for (row, vector) in now.iter().enumerate() {
        assert_eq!(graph.search(&now_rows, vector, 1, None)[0].0, row);
    }
    for vector in vectors[..290].iter().step_by(10) {
        assert!(graph.search(&now_rows, vector, 1, None)[0].1 < 0.9999);
    }
    // Those that have gone stay so, and go on leading searches.
    let kept = graph.kept(Some, now.len()).unwrap();
    graph.carry_over(&disk, (second.path(), &now_rows), (third.path(), now.len()), &kept).unwrap();
    for file in GRAPH_FILES {
        assert_eq!(fs::read(second.path().join(file)).unwrap(), fs::read(third.path().join(file)).unwrap(), "{file}");
    }
}

#[test]
fn a_graph_of_which_much_has_gone_or_is_new_is_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (graph, _) = built(dir.path(), &vectors(200));
    assert!(graph.kept(|row| (!row.is_multiple_of(4)).then_some(row), 200).is_none());
    assert!(graph.kept(|row| (!row.is_multiple_of(6)).then_some(row), 200).is_some());
    assert!(graph.kept(Some, 200 + FEW_LOOSE).is_some());
    assert!(graph.kept(Some, 201 + FEW_LOOSE).is_none());
}

#[test]
fn a_graph_of_none_or_one_is_searched() {
    let dir = tempfile::tempdir().unwrap();
    let (graph, rows) = built(dir.path(), &[]);
    assert!(graph.search(&rows, &[1.0; DIMENSIONS], 5, None).is_empty());
    let (graph, rows) = built(dir.path(), &vectors(1));
    assert_eq!(graph.search(&rows, &vectors(1)[0], 5, None)[0].0, 0);
    assert_eq!(graph.fault(), None);
}

#[test]
fn files_that_do_not_fit_are_named_as_damaged() {
    let dir = tempfile::tempdir().unwrap();
    built(dir.path(), &vectors(50));
    for file in GRAPH_FILES {
        let path = dir.path().join(file);
        let whole = fs::read(&path).unwrap();
        let mut longer = whole.clone();
        longer.extend(u32::MAX.to_le_bytes());
        fs::write(&path, longer).unwrap();
        let damaged = Graph::open(dir.path(), 50, 4 * DIMENSIONS);
        assert!(matches!(damaged, Err(IndexError::Damaged { .. })), "{file}");
        fs::write(&path, whole).unwrap();
    }
    assert!(Graph::open(dir.path(), 50, 4 * DIMENSIONS).is_ok());
    assert!(Graph::open(dir.path(), 49, 4 * DIMENSIONS).is_err());
}

#[test]
fn numbers_that_lead_outside_are_told_and_searched_past() {
    let dir = tempfile::tempdir().unwrap();
    let vectors = vectors(1000);
    let (_, rows) = built(dir.path(), &vectors);
    let whole = fs::read(dir.path().join(LINKS_FILE)).unwrap();
    for (n, query) in vectors.iter().enumerate().take(400) {
        let mut damaged = whole.clone();
        let at = (n * 2654435761usize) % (whole.len() / 4) * 4;
        damaged[at..at + 4].copy_from_slice(&(if n % 2 == 0 { 70_000u32 } else { u32::MAX - 1 }).to_le_bytes());
        let Ok(layout) = Layout::read(&damaged) else { continue };
        let links = layout.links(&damaged);
        assert!(links.fault().is_some() || at < 128, "word {}", at / 4);
        search(&links, |point| rows.get(point), query, 64, |_| true);
        links.reached();
    }
}
