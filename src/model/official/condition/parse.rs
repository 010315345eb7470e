//! From text to a condition: `or` binds weakest, then `and`, then `not`, then comparisons.

use super::{Comparison, Expression, Fact, Operand};

/// Brackets and `not` inside each other, at most.
const DEEPEST: usize = 50;

type Fault = (usize, String);

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

/// Reads a condition. The fault says where, in characters from 0.
pub(super) fn parse(text: &str) -> Result<Expression, Fault> {
    let tokens = tokens(text)?;
    let mut reader = Reader { tokens: &tokens, at: 0, end: text.trim_end().chars().count(), depth: 0 };
    let expression = reader.any()?;
    match reader.tokens.get(reader.at) {
        None => Ok(expression),
        Some((at, _)) => Err((*at, "nothing more was expected here; join conditions by `and` or `or`".to_owned())),
    }
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Fault> {
    const SIGNS: [&str; 14] = ["<=", ">=", "!=", "<>", "==", "<", ">", "=", "(", ")", "[", "]", ",", "-"];
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        let begun = at;
        let run = |from: usize, fits: &dyn Fn(char) -> bool| {
            chars[from..].iter().position(|c| !fits(*c)).map_or(chars.len(), |length| from + length)
        };
        let token = if c.is_whitespace() {
            at += 1;
            continue;
        } else if matches!(c, '\'' | '"' | '`') {
            let end = run(at + 1, &|other| other != c);
            if end == chars.len() {
                return Err((begun, format!("the text that begins here is never closed; end it with {c}")));
            }
            let inside: String = chars[at + 1..end].iter().collect();
            at = end + 1;
            if c == '`' { Token::Quoted(inside) } else { Token::Text(inside) }
        } else if c.is_ascii_digit() || (c == '-' && chars.get(at + 1).is_some_and(char::is_ascii_digit)) {
            at = run(at + 1, &|c| c.is_ascii_digit() || c == '.');
            let number: String = chars[begun..at].iter().collect();
            Token::Number(number.parse().map_err(|_| (begun, format!("`{number}` is no number")))?)
        } else if c.is_alphabetic() || c == '_' {
            at = run(at, &|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
            Token::Word(chars[begun..at].iter().collect())
        } else {
            let rest: String = chars[at..chars.len().min(at + 2)].iter().collect();
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            let sign = sign.ok_or_else(|| (begun, format!("`{c}` means nothing here")))?;
            at += sign.len();
            Token::Sign(sign)
        };
        found.push((begun, token));
    }
    Ok(found)
}

struct Reader<'a> {
    tokens: &'a [(usize, Token)],
    at: usize,
    end: usize,
    depth: usize,
}

impl Reader<'_> {
    fn here(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |(at, _)| *at)
    }

    fn fault<T>(&self, what: &str) -> Result<T, Fault> {
        Err((self.here(), what.to_owned()))
    }

    /// Whether a word stands here; if so, it is passed.
    fn word(&mut self, wanted: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some((_, Token::Word(word))) if word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(is);
        is
    }

    fn sign(&mut self, wanted: &[&str]) -> Option<&'static str> {
        match self.tokens.get(self.at) {
            Some((_, Token::Sign(sign))) if wanted.contains(sign) => {
                self.at += 1;
                Some(sign)
            }
            _ => None,
        }
    }

    fn any(&mut self) -> Result<Expression, Fault> {
        let mut parts = vec![self.all()?];
        while self.word("or") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self) -> Result<Expression, Fault> {
        let mut parts = vec![self.not()?];
        while self.word("and") {
            parts.push(self.not()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn not(&mut self) -> Result<Expression, Fault> {
        if self.depth > DEEPEST {
            return self.fault("the condition is nested too deeply");
        }
        self.depth += 1;
        let found = if self.word("not") { self.not().map(|part| Expression::Not(Box::new(part))) } else { self.one() };
        self.depth -= 1;
        found
    }

    fn one(&mut self) -> Result<Expression, Fault> {
        if self.sign(&["("]).is_some() {
            let inside = self.any()?;
            return match self.sign(&[")"]) {
                Some(_) => Ok(inside),
                None => self.fault("a closing bracket is missing here"),
            };
        }
        if self.word("is_null") {
            let bracket = self.sign(&["("]).is_some();
            let operand = self.operand()?;
            if bracket && self.sign(&[")"]).is_none() {
                return self.fault("a closing bracket is missing here");
            }
            return Ok(Expression::IsNull(operand));
        }
        let left = self.operand()?;
        if self.word("is_null") {
            return Ok(Expression::IsNull(left));
        }
        if self.word("is") {
            let not = self.word("not");
            if !self.word("null") {
                return self.fault("after `is`, only `null` or `not null` may come");
            }
            let null = Expression::IsNull(left);
            return Ok(if not { Expression::Not(Box::new(null)) } else { null });
        }
        let not = self.word("not");
        if self.word("in") {
            let found = Expression::In(left, self.list()?);
            return Ok(if not { Expression::Not(Box::new(found)) } else { found });
        }
        if not {
            return self.fault("after `not`, `in` was expected here");
        }
        let how = match self.sign(&["<=", ">=", "!=", "<>", "==", "<", ">", "="]) {
            None => return Ok(Expression::Is(left)),
            Some("<=") => Comparison::AtMost,
            Some(">=") => Comparison::AtLeast,
            Some("!=" | "<>") => Comparison::Unequal,
            Some("<") => Comparison::Less,
            Some(">") => Comparison::More,
            Some(_) => Comparison::Equal,
        };
        Ok(Expression::Compare(left, how, self.operand()?))
    }

    fn list(&mut self) -> Result<Vec<Fact>, Fault> {
        if self.sign(&["(", "["]).is_none() {
            return self.fault("after `in`, a list in brackets was expected here, e.g. ('North', 'South')");
        }
        let mut values = Vec::new();
        loop {
            match self.operand()? {
                Operand::Value(value) => values.push(value),
                // A plain word in a list is a value without its quotes.
                Operand::Name(name) => values.push(Fact::Text(name)),
            }
            if self.sign(&[","]).is_none() {
                break;
            }
        }
        match self.sign(&[")", "]"]) {
            Some(_) => Ok(values),
            None => self.fault("a closing bracket is missing here"),
        }
    }

    fn operand(&mut self) -> Result<Operand, Fault> {
        let Some((_, token)) = self.tokens.get(self.at) else {
            return self.fault("a name or a value is missing here");
        };
        let operand = match token {
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "true" => Operand::Value(Fact::Boolean(true)),
                "false" => Operand::Value(Fact::Boolean(false)),
                "null" => return self.fault("nothing equals null; write `is_null`"),
                "and" | "or" | "not" | "in" | "is" => return self.fault("a name or a value is missing here"),
                _ => Operand::Name(word.clone()),
            },
            Token::Quoted(name) => Operand::Name(name.clone()),
            Token::Text(text) => Operand::Value(Fact::Text(text.clone())),
            Token::Number(number) => Operand::Value(Fact::Number(*number)),
            Token::Sign(_) => return self.fault("a name or a value is missing here"),
        };
        self.at += 1;
        Ok(operand)
    }
}
