//! How fast passages and questions are embedded: `cargo bench --bench encoder [-- OPTIONS]`.
//!
//! Options: `--passages FILE` (one a line; else made-up ones), `--most N` (of them), `--model FOLDER` (else the model in
//! the binary), `--rounds N`, and `--peer COMMAND`, which is run in turn with ours in every round and must end with a
//! line of JSON that has `passages_per_s`, `query_ms` and, if it likes, `sgemm_peak_gflop_per_s`.
//!
//! Figures are medians over the rounds; ratios are of the two runs of a round, since other work on the machine comes and
//! goes. The peak is that of f32 products of the `gemm` crate on all cores.

use std::collections::HashMap;
use std::process::Command;
use std::time::Instant;

use zhice::model::{Input, Model};

type Failure = Box<dyn std::error::Error>;

/// 21 tokens with its prefix, as the peer asks it.
const QUESTION: &str = "江苏省哪些城市优先发展第三代半导体产业，目标是多少";
const SENTENCE: &str = "到2025年，全市未来产业实现主营业务收入3000亿元以上，未来产业发展水平位居全国第一方阵。";
const QUESTIONS: usize = 60;

fn main() -> Result<(), Failure> {
    let mut options: HashMap<String, String> = HashMap::new();
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(name) = arguments.next() {
        options.insert(name, arguments.next().unwrap_or_default());
    }
    let number = |name: &str, default: usize| options.get(name).map_or(Ok(default), |text| text.parse());
    let begin = Instant::now();
    let model = match options.get("--model") {
        Some(folder) => Model::from_folder(folder.as_ref())?,
        None => Model::embedded()?,
    };
    println!("{}, loaded in {:?}, {} threads", model.spec().name, begin.elapsed(), rayon::current_num_threads());
    let texts: Vec<String> = match options.get("--passages") {
        Some(file) => std::fs::read_to_string(file)?.lines().map(str::to_owned).collect(),
        None => (0..200).map(|i| SENTENCE.repeat(1 + i % 10)).collect(),
    };
    let input = |text: &String| Input { text: text.clone(), sentences: Vec::new() };
    let inputs: Vec<Input> = texts.iter().take(number("--most", texts.len())?).map(input).collect();
    let work = Work::of(&model, &inputs)?;
    println!("{} passages, {} tokens, {:.1} GFLOP", inputs.len(), work.tokens, work.gflop);

    let mut rounds: Vec<Round> = Vec::new();
    model.embed_passages(&inputs[..inputs.len().min(4)], |_| {})?;
    for _ in 0..number("--rounds", 5)? {
        let peer = options.get("--peer").map(|command| peer(command)).transpose()?;
        let begin = Instant::now();
        model.embed_passages(&inputs, |_| {})?;
        let seconds = begin.elapsed().as_secs_f64();
        let mut questions = Vec::new();
        for _ in 0..QUESTIONS {
            let begin = Instant::now();
            model.embed_query(QUESTION)?;
            questions.push(begin.elapsed().as_secs_f64() * 1e3);
        }
        let round = Round { seconds, question: median(questions), peak: sgemm_peak(), peer };
        println!("  {}", round.told(&inputs, work));
        rounds.push(round);
    }
    let over = |f: &dyn Fn(&Round) -> Option<f64>| median(rounds.iter().filter_map(f).collect());
    println!("passages a second  {:.1}", over(&|r| Some(inputs.len() as f64 / r.seconds)));
    println!("tokens a second    {:.0}", over(&|r| Some(work.tokens as f64 / r.seconds)));
    println!("GFLOP/s            {:.0}", over(&|r| Some(work.gflop / r.seconds)));
    println!("share of the peak  {:.2}", over(&|r| Some(work.gflop / r.seconds / r.peak)));
    println!("question           {:.2} ms", over(&|r| Some(r.question)));
    if options.contains_key("--peer") {
        println!("passages a second: ours / the peer's  {:.2}", over(&|r| r.ratio(&inputs)));
        println!(
            "a question's time: ours / the peer's  {:.2}",
            over(&|r| Some(r.question / r.peer.as_ref()?.question))
        );
    }
    Ok(())
}

/// What there is to compute.
#[derive(Clone, Copy)]
struct Work {
    tokens: usize,
    gflop: f64,
}

impl Work {
    /// Two operations a weight of the layers and token, and 4 × hidden × layers a pair of tokens of a passage.
    fn of(model: &Model, inputs: &[Input]) -> Result<Self, Failure> {
        let (hidden, layers) = (model.dimensions() as f64, model.spec().layers as f64);
        let mut work = Self { tokens: 0, gflop: 0.0 };
        for input in inputs {
            let tokens = model.count_tokens(&input.text)?;
            let linear = 2.0 * layers * (4.0 * hidden * hidden + 2.0 * hidden * 4.0 * hidden) * tokens as f64;
            work.tokens += tokens;
            work.gflop += (linear + (tokens * tokens) as f64 * layers * 4.0 * hidden) / 1e9;
        }
        Ok(work)
    }
}

struct Round {
    seconds: f64,
    /// Milliseconds.
    question: f64,
    /// GFLOP/s.
    peak: f64,
    peer: Option<Peer>,
}

impl Round {
    fn ratio(&self, inputs: &[Input]) -> Option<f64> {
        Some(inputs.len() as f64 / self.seconds / self.peer.as_ref()?.passages)
    }

    fn told(&self, inputs: &[Input], work: Work) -> String {
        let (passages, peak) = (inputs.len() as f64 / self.seconds, self.peak);
        let ours = format!(
            "{passages:.1} passages/s, {:.0} of {peak:.0} GFLOP/s, {:.2} ms",
            work.gflop / self.seconds,
            self.question
        );
        match &self.peer {
            Some(peer) => format!("{ours}; peer {:.1} passages/s, {:.2} ms", peer.passages, peer.question),
            None => ours,
        }
    }
}

struct Peer {
    passages: f64,
    question: f64,
}

fn peer(command: &str) -> Result<Peer, Failure> {
    let mut words = command.split_whitespace();
    let output = Command::new(words.next().ok_or("--peer wants a command")?).args(words).output()?;
    let text = String::from_utf8(output.stdout)?;
    let last: serde_json::Value = serde_json::from_str(text.trim().lines().last().ok_or("the peer said nothing")?)?;
    let number = |name: &str| last[name].as_f64().ok_or(format!("the peer did not tell {name}"));
    Ok(Peer { passages: number("passages_per_s")?, question: number("query_ms")? })
}

/// The best of five f32 products of 4096 × 2048 by 2048 × 2048, as the peer measures it, in GFLOP/s.
fn sgemm_peak() -> f64 {
    let (m, k, n) = (4096, 2048, 2048);
    let numbers = |count: usize| (0..count).map(|i| (i % 97) as f32 * 0.01).collect::<Vec<_>>();
    let (a, b, mut c) = (numbers(m * k), numbers(k * n), vec![0f32; m * n]);
    let once = |c: &mut [f32]| {
        let begin = Instant::now();
        // SAFETY: row-major matrices of these sizes, which do not overlap.
        unsafe {
            gemm::gemm(
                m,
                n,
                k,
                c.as_mut_ptr(),
                1,
                n as isize,
                false,
                a.as_ptr(),
                1,
                k as isize,
                b.as_ptr(),
                1,
                n as isize,
                0.0,
                1.0,
                false,
                false,
                false,
                gemm::Parallelism::Rayon(0),
            );
        }
        begin.elapsed().as_secs_f64()
    };
    let best = (0..5).map(|_| once(&mut c)).fold(f64::MAX, f64::min);
    2.0 * (m * k * n) as f64 / best / 1e9
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
