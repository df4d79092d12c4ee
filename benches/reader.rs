//! How long the reader takes over five passages of 200 tokens: `cargo bench --bench reader`.

use std::time::{Duration, Instant};

use zhice::model::{Model, Page};

const QUESTION: &str = "南京市未来产业到2025年的主营业务收入目标是多少？";
/// About forty tokens.
const SENTENCE: &str = "到2025年，全市未来产业实现主营业务收入3000亿元以上，未来产业发展水平位居全国第一方阵，\
                        成为引领全国未来产业发展的重要力量，培育一批优质企业、突破一批关键核心技术。";
const ROUNDS: usize = 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = Model::embedded()?;
    let begin = Instant::now();
    model.reader()?;
    println!("load {:?}", begin.elapsed());
    let page = Page {
        header: "南京市加快发展未来产业六大专项行动计划发布".to_owned(), body: SENTENCE.repeat(5)
    };
    let pages = vec![page; 5];
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        model.read(QUESTION, &pages)?;
        times.push(begin.elapsed());
    }
    times.sort();
    println!("five passages: best {:?}, median {:?}", times[0], times[ROUNDS / 2]);
    Ok(())
}
