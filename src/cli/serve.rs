//! `zhice serve`

use std::io::{Write, stderr};
use std::process::ExitCode;

use zhice::serve::{Service, http};

use super::exit::{Failure, INPUT};
use super::{IndexArgs, ModelArgs, ReaderArgs, TopicsArgs, setup};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  zhice serve                   then open http://127.0.0.1:7878/ in a browser
  zhice serve --port 0          any free port; stderr tells which
  curl -G http://127.0.0.1:7878/api/ask --data-urlencode \"question=低空经济\" -d top_k=3

Routes:
  /                             the page
  /api/ask?question=…&top_k=…   the answer, as `zhice ask --json` prints it; region, since,
                                until, issuer and number filter as they do there
  /api/cite/ID                  the passage of a citation
  /api/quote?text=…             where a text stands, exactly or nearly
  /api/health                   what is served

It listens on 127.0.0.1 alone and answers from the index as it was at the start. Ctrl-C ends it.")]
pub struct Args {
    #[command(flatten)]
    index: IndexArgs,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    topics: TopicsArgs,
    #[command(flatten)]
    reader: ReaderArgs,
    /// The port of 127.0.0.1 to listen on; 0 takes any free one
    #[arg(long, short, value_name = "N", default_value_t = 7878)]
    port: u16,
}

pub fn run(args: &Args, quiet: bool) -> Result<ExitCode, Failure> {
    // The port is taken first: one in use should not cost the loading of a model.
    let unusable =
        |e: std::io::Error| Failure::new(INPUT, format!("127.0.0.1:{}: {e}", args.port)).hint("choose another --port");
    let listener = http::bind(args.port).map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    let vocabulary = args.topics.vocabulary()?;
    let (index, model) = setup::open(&args.index, &args.model, quiet)?;
    let mut service = Service::new(index, model)?.with_vocabulary(vocabulary);
    if args.reader.no_reader {
        service = service.without_reader();
    }
    // With stderr closed there is nobody left to tell; the port may be known from the command line.
    let _ = writeln!(stderr(), "zhice: listening on http://{address}/ (Ctrl-C ends it)");
    http::serve(listener, service).map_err(unusable)?;
    Ok(ExitCode::SUCCESS)
}
