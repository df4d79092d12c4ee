//! What a search costs, and what it finds, at 10,000, 100,000 and 1,000,000 passages:
//!
//! ```text
//! cargo bench --bench search -- [--from FOLDER]... [--sizes N,N | --million] [--keep FOLDER] [--peer COMMAND]
//! ```
//!
//! Vectors are made from real ones: part of the way from one passage's to another's, along the difference of two more, and
//! some noise; texts are made of sentences of the same passages. `--from` names folders with the `vectors.f32` and
//! `texts.bin` of an index (a generation) to take them from; without one, `seeds/` is indexed. `--keep` keeps all that is
//! made, and takes what is there. `--peer` runs a command on the same vectors and queries, with their folder, the
//! dimensions, links of a point and beam of construction as arguments: `--peer "python benches/peer_search.py"`.

#[path = "search/corpus.rs"]
mod corpus;
#[path = "search/measure.rs"]
mod measure;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use zhice::index::{Known, ModelId, assemble, build_graph};

use corpus::{Base, DIMENSIONS, PER_DOCUMENT};

type Any<T> = Result<T, Box<dyn Error>>;

const SIZES: [usize; 2] = [10_000, 100_000];
const MILLION: usize = 1_000_000;
/// As in `src/index/graph/build.rs`: what the peer builds with too.
const NEIGHBOURS: &str = "24";
const CONSTRUCTION: &str = "100";

struct Args {
    from: Vec<PathBuf>,
    sizes: Vec<usize>,
    keep: Option<PathBuf>,
    peer: Option<String>,
}

fn main() -> Any<()> {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let mut asked = Args { from: Vec::new(), sizes: SIZES.to_vec(), keep: None, peer: None };
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--from" => asked.from.push(value()?.into()),
            "--sizes" => asked.sizes = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--million" => asked.sizes = [&SIZES[..], &[MILLION]].concat(),
            "--keep" => asked.keep = Some(value()?.into()),
            "--peer" => asked.peer = Some(value()?),
            // A process of its own, whose memory is that of the search alone.
            "--measure" => return measure::measure(value()?.as_ref()),
            _ => return Err(format!("{arg} is not known").into()),
        }
    }
    let folder = asked.keep.clone().unwrap_or_else(|| std::env::temp_dir().join("zhice-bench-search"));
    let base = if asked.from.is_empty() { Base::of_seeds(&folder)? } else { Base::read(&asked.from)? };
    println!("{} vectors and {} sentences to make others from", base.vectors.len(), base.sentences.len());
    for &size in &asked.sizes {
        let folder = folder.join(format!("n{size}"));
        run(&base, size, &folder)?;
        if let Some(peer) = &asked.peer {
            let mut words = peer.split_whitespace();
            let mut command = Command::new(words.next().ok_or("--peer needs a command")?);
            command.args(words).arg(&folder).args([&DIMENSIONS.to_string(), NEIGHBOURS, CONSTRUCTION]);
            let told = command.output()?;
            println!("  peer: {}{}", String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
        }
    }
    if asked.keep.is_none() {
        fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

/// Makes, builds and measures `size` passages in `folder`, but for what is there already.
fn run(base: &Base, size: usize, folder: &Path) -> Any<()> {
    println!("\n{size} passages");
    fs::create_dir_all(folder)?;
    if fs::metadata(folder.join("vectors.f32")).map_or(0, |file| file.len()) != (4 * DIMENSIONS * size) as u64 {
        base.write_vectors(&folder.join("vectors.f32"), 0, size)?;
        let _ = fs::remove_file(folder.join("build.txt"));
    }
    base.write_vectors(&folder.join("queries.f32"), corpus::QUERIES_FROM, corpus::QUERIES)?;
    fs::write(folder.join("questions.txt"), (0..corpus::QUERIES).map(|i| base.question(i)).collect::<String>())?;
    let note = folder.join("build.txt");
    if !note.exists() {
        let (begin, cpu) = (Instant::now(), measure::cpu_seconds());
        build_graph(folder, size, DIMENSIONS)?;
        let (wall, cpu) = (begin.elapsed().as_secs_f64(), measure::cpu_seconds() - cpu);
        fs::write(&note, format!("{wall:.1} s, {cpu:.1} s of one core"))?;
    }
    println!("  graph built in {}", fs::read_to_string(&note)?.trim());
    let dir = folder.join("index");
    if !dir.join("manifest.json").exists() {
        let _ = fs::remove_dir_all(&dir);
        let begin = Instant::now();
        let model = ModelId {
            name: "made".to_owned(),
            fingerprint: "made".to_owned(),
            dimensions: DIMENSIONS,
            calibration: Default::default(),
        };
        let documents = (0..size.div_ceil(PER_DOCUMENT)).map(|document| {
            let rows = document * PER_DOCUMENT..((document + 1) * PER_DOCUMENT).min(size);
            rows.map(|row| Known { sentences: base.passage(row), vector: base.vector(row) }).collect()
        });
        assemble(&dir, model, documents, folder)?;
        println!("  the rest of the index in {:.1} s", begin.elapsed().as_secs_f64());
    }
    let truth = folder.join("nearest.u32");
    if !truth.exists() {
        measure::write_truth(folder, size)?;
    }
    // The figures are those of a process that has done nothing else.
    let measured = Command::new(std::env::current_exe()?).arg("--measure").arg(folder).status()?;
    if measured.success() { Ok(()) } else { Err("the measuring failed".into()) }
}
