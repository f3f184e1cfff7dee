use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::vectors::Answer;

/// A manager on threads of its own that answers as a vector says: real HTTP, whatever the clock of the test shows.
pub(crate) struct ScriptedManager {
    pub(crate) url: String,
    script: Arc<Mutex<Script>>,
    _silent: Option<TcpStream>,
}

#[derive(Default)]
struct Script {
    answers: Vec<Answer>,
    requests: Vec<Request>,
    /// By number of the request: what was not sent yet.
    held: BTreeMap<usize, (TcpStream, Vec<u8>)>,
    /// Numbers of the requests that nothing can have come of yet, because they are held or stalled.
    open: BTreeSet<usize>,
}

#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) authorization: String,
}

impl ScriptedManager {
    /// Without answers nothing listens at its URL.
    pub(crate) fn start(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        // The other end of a connection has a port that nobody else can listen on meanwhile.
        let silent = answers.is_empty().then(|| TcpStream::connect(address).unwrap());
        let address = silent.as_ref().map_or(address, |silent| silent.local_addr().unwrap());
        let script = Arc::new(Mutex::new(Script { answers: answers.to_vec(), ..Script::default() }));
        if !answers.is_empty() {
            let script = Arc::clone(&script);
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let script = Arc::clone(&script);
                    thread::spawn(move || exchange(stream, &script));
                }
            });
        }
        Self { url: format!("http://{address}"), script, _silent: silent }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.script.lock().unwrap().requests.clone()
    }

    /// How many requests arrived, and of how many of them something has to come.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let script = self.script.lock().unwrap();
        (script.requests.len(), script.requests.len() - script.open.len())
    }

    /// Sends what is held.
    pub(crate) fn release(&self) {
        let mut script = self.script.lock().unwrap();
        for (number, (mut stream, response)) in std::mem::take(&mut script.held) {
            script.open.remove(&number);
            send(&mut stream, &response);
        }
    }
}

fn exchange(mut stream: TcpStream, script: &Mutex<Script>) {
    let Some(request) = read_request(&stream) else { return };
    let answer = {
        let mut script = script.lock().unwrap();
        let number = script.requests.len();
        script.requests.push(request);
        let answer = script.answers[number.min(script.answers.len() - 1)].clone();
        let response = response_of(&answer);
        if answer.held {
            script.held.insert(number, (stream.try_clone().unwrap(), response.clone()));
        }
        if answer.held || answer.stalls {
            script.open.insert(number);
        }
        (answer, number, response)
    };
    match answer {
        (Answer { closes: true, .. }, ..) => drop(stream),
        (Answer { held: false, stalls: false, .. }, _, response) => send(&mut stream, &response),
        (answer, number, response) => {
            if answer.stalls {
                let head = response.len() - answer.body().len();
                let _ = stream.write_all(&response[..usize::midpoint(head, response.len())]);
            }
            // Ends when the other side does.
            let _ = stream.read(&mut [0]);
            script.lock().unwrap().open.remove(&number);
        }
    }
}

fn read_request(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines();
    let line = lines.next()?.ok()?;
    let mut authorization = String::new();
    for header in lines.map_while(Result::ok).take_while(|header| !header.is_empty()) {
        if let Some((name, value)) = header.split_once(':') {
            if name.eq_ignore_ascii_case("authorization") {
                value.trim().clone_into(&mut authorization);
            }
        }
    }
    Some(Request { line, authorization })
}

fn response_of(answer: &Answer) -> Vec<u8> {
    let body = answer.body();
    let status = answer.status.unwrap_or(200);
    let headers: Vec<String> = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let headers = headers.concat();
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Scripted\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n");
    [head.into_bytes(), body].concat()
}

fn send(stream: &mut TcpStream, response: &[u8]) {
    // The other side may have given up.
    let _ = stream.write_all(response);
    let _ = stream.shutdown(Shutdown::Write);
}
